package io.pocketlens.app.photo

import android.graphics.Bitmap
import android.graphics.Color
import io.pocketlens.classifier.Photo
import org.junit.Assert.assertEquals
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner

@RunWith(RobolectricTestRunner::class)
class PhotoPreviewTest {
    /** Wide, with its top left quarter red and its top right quarter blue. */
    private fun stored(): Bitmap =
        Bitmap.createBitmap(80, 40, Bitmap.Config.ARGB_8888).apply {
            eraseColor(Color.GRAY)
            for (y in 0 until 20) for (x in 0 until 40) setPixel(x, y, Color.RED)
            for (y in 0 until 20) for (x in 40 until 80) setPixel(x, y, Color.BLUE)
        }

    private fun corners(
        rotation: Int,
        mirror: Boolean,
    ): List<Int> {
        val shown = PhotoPreview.of(Photo(stored(), rotation, mirror))
        val right = shown.width - 4
        val bottom = shown.height - 4
        return listOf(
            shown.getPixel(3, 3),
            shown.getPixel(right, 3),
            shown.getPixel(3, bottom),
            shown.getPixel(right, bottom),
        )
    }

    @Test
    fun allEightOrientations() {
        val red = Color.RED
        val blue = Color.BLUE
        val grey = Color.GRAY
        assertEquals("1", listOf(red, blue, grey, grey), corners(0, false))
        assertEquals("2", listOf(blue, red, grey, grey), corners(0, true))
        assertEquals("3", listOf(grey, grey, blue, red), corners(180, false))
        assertEquals("4", listOf(grey, grey, red, blue), corners(180, true))
        assertEquals("5", listOf(red, grey, blue, grey), corners(90, true))
        assertEquals("6", listOf(grey, red, grey, blue), corners(90, false))
        assertEquals("7", listOf(grey, blue, grey, red), corners(270, true))
        assertEquals("8", listOf(blue, grey, red, grey), corners(270, false))
    }

    @Test
    fun isNoLargerThanTheScreenNeeds() {
        val shown = PhotoPreview.of(Photo(Bitmap.createBitmap(4000, 1000, Bitmap.Config.ARGB_8888), rotation = 90))
        assertEquals(400, shown.width)
        assertEquals(1600, shown.height)
        val thin = PhotoPreview.of(Photo(Bitmap.createBitmap(8000, 1, Bitmap.Config.ARGB_8888)))
        assertEquals(1, thin.height)
    }
}

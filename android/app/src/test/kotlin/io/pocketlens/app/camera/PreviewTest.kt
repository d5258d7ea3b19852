package io.pocketlens.app.camera

import android.graphics.Bitmap
import android.graphics.Color
import android.graphics.Rect
import android.util.Size
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import kotlin.math.abs

/** How a camera's picture is shown, chosen and focused. */
@RunWith(RobolectricTestRunner::class)
class PreviewTest {
    private val back =
        CameraInfo(Facing.BACK, 1440, 1080, 90, hasTorch = true, canFocus = true, maxZoom = 4f, next = null)

    /** Where the view's corner (0 or 1 across, 0 or 1 down) of the untransformed picture ends up. */
    private fun corner(
        across: Int,
        down: Int,
        width: Int,
        height: Int,
        display: Int,
    ): FloatArray {
        val point = floatArrayOf(across * width.toFloat(), down * height.toFloat())
        PreviewTransform.matrix(width, height, back, display).mapPoints(point)
        return point
    }

    @Test
    fun thePictureKeepsItsShapeAndFillsTheView() {
        for ((width, height) in listOf(400 to 480, 300 to 800, 900 to 400, 500 to 500)) {
            for (display in listOf(0, 90, 180, 270)) {
                val a = corner(0, 0, width, height, display)
                val b = corner(1, 0, width, height, display)
                val c = corner(0, 1, width, height, display)
                val across = Math.hypot((b[0] - a[0]).toDouble(), (b[1] - a[1]).toDouble())
                val down = Math.hypot((c[0] - a[0]).toDouble(), (c[1] - a[1]).toDouble())
                assertEquals("3:4 upright in $width x $height at $display", 0.75, across / down, 1e-3)
                val shownWidth = if (display % 180 == 0) across else down
                val shownHeight = if (display % 180 == 0) down else across
                assertTrue("covers", shownWidth > width - 0.5 && shownHeight > height - 0.5)
                assertTrue("no more than needed", abs(shownWidth - width) < 0.5 || abs(shownHeight - height) < 0.5)
            }
        }
    }

    @Test
    fun thePictureStandsUprightOnATurnedDisplay() {
        // Displayed content turned by 90: what was the picture's top edge must lie at the left.
        val topLeft = corner(0, 0, 900, 400, 90)
        val topRight = corner(1, 0, 900, 400, 90)
        assertTrue("the top edge runs up the left side", abs(topLeft[0] - topRight[0]) < 1 && topLeft[1] > topRight[1])
        assertTrue(topLeft[0] < 450)
    }

    @Test
    fun choosesSizesThatFitTogether() {
        val sizes =
            listOf(
                Size(4000, 3000),
                Size(1920, 1080),
                Size(1440, 1080),
                Size(1280, 960),
                Size(640, 480),
                Size(320, 240),
            )
        val choices = StreamSizes.choices(sizes, sizes)
        assertEquals(StreamSizes(Size(1440, 1080), Size(1280, 960)), choices.first())
        assertEquals("for a camera that refuses", StreamSizes(Size(640, 480), Size(640, 480)), choices.last())
        val odd = StreamSizes.choices(listOf(Size(1280, 720)), listOf(Size(640, 480), Size(1280, 720)))
        assertEquals("the same shape", Size(1280, 720), odd.first().frames)
        val large = listOf(Size(4000, 3000), Size(2000, 1500))
        assertEquals("only large ones", Size(2000, 1500), StreamSizes.choices(large, large).first().preview)
        assertEquals(emptyList<StreamSizes>(), StreamSizes.choices(emptyList(), sizes))
    }

    @Test
    fun focusesWhereItWasTapped() {
        val area = Rect(0, 0, 4000, 3000)
        val middle = SensorArea.around(.5f, .5f, area, 1f to 1f)
        assertEquals(Rect(1850, 1350, 2150, 1650), middle.rect)
        assertEquals("stays on the sensor", Rect(3700, 0, 4000, 300), SensorArea.around(1f, 0f, area, 1f to 1f).rect)
        assertEquals("half shown", 1000, SensorArea.around(0f, .5f, area, .5f to 1f).rect.centerX())
    }

    @Test
    fun zoomsIntoTheMiddleOfTheSensor() {
        assertEquals(Rect(1000, 750, 3000, 2250), SensorArea.zoomed(Rect(0, 0, 4000, 3000), 2f))
        assertEquals(Rect(0, 0, 4000, 3000), SensorArea.zoomed(Rect(0, 0, 4000, 3000), 1f))
    }

    /** A TextureView gives its bitmap as it lies in memory: squeezed into the view and not turned. */
    @Test
    fun aHeldPictureIsWhatTheEyeSaw() {
        for ((display, edge) in mapOf(0 to "top", 90 to "left", 270 to "right")) {
            val stretched = Bitmap.createBitmap(300, 200, Bitmap.Config.ARGB_8888)
            for (y in 0 until 200) {
                for (x in 0 until 300) {
                    stretched.setPixel(
                        x,
                        y,
                        if (y <
                            100
                        ) {
                            Color.RED
                        } else {
                            Color.BLUE
                        },
                    )
                }
            }
            val seen = PreviewTransform.seen(stretched, PreviewTransform.matrix(300, 200, back, display))
            val places = mapOf("top" to (150 to 5), "left" to (5 to 100), "right" to (294 to 100))
            for ((place, at) in places) {
                val color = seen.getPixel(at.first, at.second)
                if (place == edge) assertEquals("$display: the picture's top is at the $edge", Color.RED, color)
            }
            val opposite =
                if (edge == "top") {
                    150 to 194
                } else if (edge == "left") {
                    294 to 100
                } else {
                    5 to 100
                }
            assertEquals("$display", Color.BLUE, seen.getPixel(opposite.first, opposite.second))
        }
    }
}

package io.pocketlens.classifier

import android.graphics.Bitmap
import android.net.Uri
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Rule
import org.junit.Test
import org.junit.rules.TemporaryFolder
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import java.io.File
import kotlin.math.abs

/**
 * Photos of every form through the phone's decoder: colour profiles, transparency, depth, orientation. Files
 * and pixels come from `tests/photo_cases.py`, whose oracles are Pillow and NumPy; the desk's decoder is held to
 * the same.
 */
@RunWith(RobolectricTestRunner::class)
class PhotoCasesTest {
    @get:Rule
    val folder = TemporaryFolder()

    @Test
    fun thePhoneMakesTheOraclesPixels() {
        val python = File(TestFiles.root, ".venv/bin/python").path
        val command = ProcessBuilder(python, "-m", "tests.photo_cases", folder.root.path)
        val done =
            command
                .directory(TestFiles.root)
                .inheritIO()
                .start()
                .waitFor()
        assertEquals("the photos could not be made", 0, done)
        val cases = File(folder.root, "cases.csv").readLines().map { it.split(",") }
        assertTrue("${cases.size} cases", cases.size > MANY)
        val wrong = cases.mapNotNull { complaint(it[0], "${it[1]} x ${it[2]}", it[3].toInt()) }
        assertEquals(wrong.joinToString("\n"), 0, wrong.size)
    }

    private fun complaint(
        name: String,
        size: String,
        limit: Int,
    ): String? {
        val photo =
            try {
                Photo.load(TestFiles.context, Uri.fromFile(File(folder.root, name)))
            } catch (error: ClassifierException) {
                return "$name: ${error.message}"
            }
        val upright = photo.use { Upright.of(it) }
        val found = "${upright.width} x ${upright.height}"
        if (found != size) return "$name is $found, not $size"
        val off = upright.furthest(File(folder.root, "$name.rgb").readBytes())
        return if (off <= limit) null else "$name is off by $off, not by $limit"
    }

    /** A photo's pixels turned upright, as RGB bytes. */
    private class Upright(
        val width: Int,
        val height: Int,
        private val pixels: IntArray,
    ) {
        /** The largest difference of any value. */
        fun furthest(expected: ByteArray): Int {
            var most = 0
            for (index in pixels.indices) {
                for (channel in 0..2) {
                    val value = pixels[index] shr (16 - 8 * channel) and 0xff
                    most = maxOf(most, abs(value - (expected[3 * index + channel].toInt() and 0xff)))
                }
            }
            return most
        }

        companion object {
            fun of(photo: Photo): Upright {
                val stored = photo.bitmap
                val lying = photo.rotation % 180 != 0
                val width = if (lying) stored.height else stored.width
                val height = if (lying) stored.width else stored.height
                val pixels =
                    IntArray(width * height) { index ->
                        val x = index % width
                        pixel(stored, photo.rotation, if (photo.mirror) width - 1 - x else x, index / width)
                    }
                return Upright(width, height, pixels)
            }

            private fun pixel(
                stored: Bitmap,
                rotation: Int,
                x: Int,
                y: Int,
            ): Int =
                when (rotation) {
                    0 -> stored.getPixel(x, y)
                    90 -> stored.getPixel(y, stored.height - 1 - x)
                    180 -> stored.getPixel(stored.width - 1 - x, stored.height - 1 - y)
                    else -> stored.getPixel(stored.width - 1 - y, x)
                }
        }
    }

    private companion object {
        const val MANY = 30
    }
}

package io.pocketlens.app.camera

import io.pocketlens.app.ui.numbers
import io.pocketlens.classifier.YuvFrame
import io.pocketlens.classifier.YuvPlane
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Test
import java.io.File
import java.nio.ByteBuffer
import kotlin.math.abs

class PictureRotationTest {
    @Test
    fun frameRotationFollowsSensorAndDisplay() {
        // Sensor 90 (nearly every phone's back camera), display turned by 0, 90, 180, 270.
        assertEquals(
            listOf(90, 0, 270, 180),
            listOf(0, 90, 180, 270).map { PictureRotation.ofFrame(90, it, Facing.BACK) },
        )
        assertEquals(
            listOf(270, 0, 90, 180),
            listOf(0, 90, 180, 270).map { PictureRotation.ofFrame(270, it, Facing.FRONT) },
        )
        // A tablet that is naturally wide, and a camera plugged in.
        assertEquals(0, PictureRotation.ofFrame(0, 0, Facing.BACK))
        assertEquals(270, PictureRotation.ofFrame(0, 90, Facing.EXTERNAL))
    }

    /** What the library's README tells an app to hand over is what this app does. */
    @Test
    fun theReadmesTableIsRight() {
        val readme = File(System.getProperty("pocketlens.root"), "android/classifier/README.md").readLines()
        val rows =
            mapOf("back camera, sensor at 90" to Facing.BACK, "front camera, sensor at 270" to Facing.FRONT)
        val displays = numbers(readme.single { it.startsWith("| the display is turned by |") })
        assertEquals(listOf(0, 90, 180, 270), displays)
        for ((row, facing) in rows) {
            val told = numbers(readme.single { it.startsWith("| $row |") })
            val sensor = row.substringAfterLast(' ').toInt()
            assertEquals(row, displays.map { PictureRotation.ofFrame(sensor, it, facing) }, told)
        }
    }

    /** The cells of a table's row behind its first. */
    private fun numbers(row: String): List<Int> =
        row
            .trim('|')
            .split("|")
            .drop(1)
            .map { it.trim().toInt() }

    @Test
    fun theCropHasTheScreensShape() {
        for (rotation in listOf(0, 90, 180, 270)) {
            for (aspect in listOf(0.5f, 0.75f, 0.83f, 1f, 4f / 3, 1.8f, 2.2f)) {
                val crop = Crop.visible(1280, 960, rotation, aspect)
                val upright =
                    if (rotation % 180 ==
                        0
                    ) {
                        crop.width.toFloat() / crop.height
                    } else {
                        crop.height.toFloat() / crop.width
                    }
                assertTrue("$rotation $aspect $crop", abs(upright / aspect - 1) < 0.01)
                assertTrue("fills one direction: $crop", crop.width == 1280 || crop.height == 960)
                assertTrue(
                    "centred: $crop",
                    abs(crop.left * 2 + crop.width - 1280) <= 2 && abs(crop.top * 2 + crop.height - 960) <= 2,
                )
                assertTrue("even: $crop", listOf(crop.left, crop.top, crop.width, crop.height).all { it % 2 == 0 })
            }
        }
    }

    @Test
    fun aCropSharesTheMemoryOfItsPicture() {
        val frame = ramp(width = 8, height = 6)
        val part = Crop(2, 4, 4, 2).of(frame)
        assertEquals(4, part.width)
        assertEquals(2, part.height)
        assertEquals(
            "luma starts at row 4, column 2",
            42,
            part.y.buffer
                .get(0)
                .toInt(),
        )
        assertEquals(
            53,
            part.y.buffer
                .get(1 * part.y.rowStride + 1)
                .toInt(),
        )
        assertEquals(
            "chroma starts at row 2, column 1",
            21,
            part.u.buffer
                .get(0)
                .toInt(),
        )
        frame.y.buffer.put(42, 99)
        assertEquals(
            99,
            part.y.buffer
                .get(0)
                .toInt(),
        )
        assertTrue("the rest of the last row may be short", part.y.buffer.capacity() >= part.y.rowStride + part.width)
    }

    @Test
    fun pointsOfTheScreenFindTheirPlaceOnTheSensor() {
        // A mark at the top left of the stored picture, seen upright at each rotation.
        val onScreen = mapOf(0 to (0f to 0f), 90 to (1f to 0f), 180 to (1f to 1f), 270 to (0f to 1f))
        for ((rotation, seen) in onScreen) {
            assertEquals(
                "back, $rotation",
                0f to 0f,
                PictureRotation.toStored(seen.first, seen.second, rotation, Facing.BACK),
            )
            assertEquals(
                "front, $rotation",
                0f to 0f,
                PictureRotation.toStored(1 - seen.first, seen.second, rotation, Facing.FRONT),
            )
        }
    }

    /** Every sample says where it is: ten times its row plus its column. */
    private fun ramp(
        width: Int,
        height: Int,
    ): YuvFrame {
        val u = plane(width / 2, height / 2)
        return YuvFrame(width, height, plane(width, height), u, plane(width / 2, height / 2), rotation = 90)
    }

    private fun plane(
        width: Int,
        height: Int,
    ): YuvPlane {
        val stride = 10
        val buffer = ByteBuffer.allocateDirect(stride * (height - 1) + width)
        for (y in 0 until height) for (x in 0 until width) buffer.put(y * stride + x, (10 * y + x).toByte())
        return YuvPlane(buffer, stride, 1)
    }
}

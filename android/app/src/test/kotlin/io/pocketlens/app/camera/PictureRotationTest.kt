package io.pocketlens.app.camera

import org.junit.Assert.assertEquals
import org.junit.Test
import java.io.File

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
    fun theModelLooksAtWhatTheScreenShows() {
        for (rotation in listOf(0, 90, 180, 270)) {
            for (screen in listOf(0.5, 0.75, 0.83, 1.0, 4.0 / 3, 1.8, 2.2)) {
                val upright = PictureRotation.uprightAspect(1280, 960, rotation)
                assertEquals(if (rotation % 180 == 0) 4.0 / 3 else 3.0 / 4, upright, 1e-9)
                val share = VisibleShare.of(upright, screen)
                assertEquals("$rotation $screen", screen, upright * share.across / share.down, 1e-9)
                assertEquals("fills one direction: $share", 1.0, maxOf(share.across, share.down), 0.0)
                with(share.region()) {
                    assertEquals("in the middle", 1.0, 2 * x + width, 1e-9)
                    assertEquals("in the middle", 1.0, 2 * y + height, 1e-9)
                }
            }
        }
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
}

package io.pocketlens.app.camera

import android.hardware.camera2.CameraCharacteristics
import android.hardware.camera2.CameraMetadata
import org.junit.After
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.Shadows.shadowOf
import org.robolectric.shadows.ShadowCameraCharacteristics

/** The real Camera2 code against Robolectric's cameras. */
@RunWith(RobolectricTestRunner::class)
class Camera2SourceTest {
    private val bench = CameraBench()

    private fun add(
        id: String,
        facing: Int,
        orientation: Int,
    ) = bench.add(id, facing, orientation)

    private fun addBoth() {
        add("0", CameraCharacteristics.LENS_FACING_BACK, 90)
        add("1", CameraCharacteristics.LENS_FACING_FRONT, 270)
    }

    private fun open(facing: Facing = Facing.BACK) = bench.open(facing)

    private fun next(): Any = bench.next()

    private fun assertRuns(
        facing: Facing,
        sensorOrientation: Int,
        hasTorch: Boolean,
        next: Facing?,
    ) {
        val info = next() as CameraInfo
        assertEquals(
            listOf(facing, 1440, 1080, sensorOrientation, hasTorch, next),
            with(info) {
                listOf(this.facing, previewWidth, previewHeight, this.sensorOrientation, this.hasTorch, this.next)
            },
        )
    }

    @Test
    fun opensTheCameraThatLooksTheRightWay() {
        addBoth()
        open().use { assertRuns(Facing.BACK, 90, hasTorch = true, next = Facing.FRONT) }
        open(Facing.FRONT).use { assertRuns(Facing.FRONT, 270, hasTorch = false, next = Facing.BACK) }
    }

    @Test
    fun takesWhatThereIs() {
        add("9", CameraCharacteristics.LENS_FACING_EXTERNAL, 0)
        open().use { assertRuns(Facing.EXTERNAL, 0, hasTorch = false, next = null) }
    }

    @Test
    fun aCameraWithoutSizesGivesWayToTheNextOfItsKind() {
        val useless = ShadowCameraCharacteristics.newCameraCharacteristics()
        shadowOf(useless).set(CameraCharacteristics.LENS_FACING, CameraCharacteristics.LENS_FACING_BACK)
        shadowOf(bench.manager).addCamera("0", useless)
        add("2", CameraCharacteristics.LENS_FACING_BACK, 180)
        open().use { assertRuns(Facing.BACK, 180, hasTorch = true, next = null) }
    }

    @Test
    fun aCameraThatIsPluggedInIsTheNextOne() {
        add("0", CameraCharacteristics.LENS_FACING_BACK, 90)
        add("9", CameraCharacteristics.LENS_FACING_EXTERNAL, 0)
        open().use { assertRuns(Facing.BACK, 90, hasTorch = true, next = Facing.EXTERNAL) }
        open(Facing.EXTERNAL).use { assertRuns(Facing.EXTERNAL, 0, hasTorch = false, next = Facing.BACK) }
    }

    @Test
    fun focusesOnlyInWaysThatTheCameraHas() {
        val fixed = FocusModes.of(intArrayOf(CameraMetadata.CONTROL_AF_MODE_OFF), regions = 1)
        assertEquals(CameraMetadata.CONTROL_AF_MODE_OFF to false, fixed.continuous to fixed.atPoint)
        val none = FocusModes.of(IntArray(0), regions = 0)
        assertEquals(null to false, none.continuous to none.atPoint)
        val modes = intArrayOf(CameraMetadata.CONTROL_AF_MODE_AUTO, CameraMetadata.CONTROL_AF_MODE_CONTINUOUS_PICTURE)
        val full = FocusModes.of(modes, regions = 1)
        assertEquals(CameraMetadata.CONTROL_AF_MODE_CONTINUOUS_PICTURE to true, full.continuous to full.atPoint)
    }

    @Test
    fun saysThatThereIsNoCamera() {
        open().use { assertEquals(CameraTrouble.NONE_PRESENT, next()) }
    }

    @Test
    fun saysThatAnotherAppTookIt() {
        addBoth()
        open().use {
            assertTrue(next() is CameraInfo)
            shadowOf(bench.manager).triggerDisconnect()
            assertEquals(CameraTrouble.TAKEN, next())
        }
    }

    @Test
    fun opensAndClosesManyTimes() {
        addBoth()
        repeat(50) {
            val camera = open(if (it % 2 == 0) Facing.BACK else Facing.FRONT)
            if (it % 3 != 0) assertTrue("$it", next() is CameraInfo)
            camera.setTorch(true)
            camera.setZoom(2f)
            camera.show(Shown(displayRotation = 90, visibleAspect = null))
            camera.focusAt(.5f, .5f)
            camera.close()
            bench.told.clear()
        }
        settled()
        bench.told.clear()
        open().use { assertTrue(next() is CameraInfo) }
    }

    @Test
    fun tellsNothingAfterClosing() {
        addBoth()
        bench.beforeTheCameraThread { open().close() }
        settled()
        assertTrue("${bench.told}", bench.told.isEmpty())
    }

    @After
    fun settled() = bench.settled()
}

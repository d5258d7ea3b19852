package io.pocketlens.app.camera

import android.graphics.ImageFormat
import android.graphics.Rect
import android.graphics.SurfaceTexture
import android.hardware.camera2.CameraCharacteristics
import android.hardware.camera2.CameraManager
import android.hardware.camera2.CameraMetadata
import android.util.Size
import org.junit.After
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import org.robolectric.shadows.ShadowCameraCharacteristics
import org.robolectric.shadows.StreamConfigurationMapBuilder
import java.util.concurrent.CountDownLatch
import java.util.concurrent.LinkedBlockingQueue
import java.util.concurrent.TimeUnit

/** The real Camera2 code against Robolectric's cameras. */
@RunWith(RobolectricTestRunner::class)
class Camera2SourceTest {
    private val app = RuntimeEnvironment.getApplication()
    private val manager = app.getSystemService(CameraManager::class.java)
    private val source = Camera2Source(app)
    private val told = LinkedBlockingQueue<Any>()

    private val listener =
        object : CameraListener {
            override fun onRunning(info: CameraInfo) {
                told.add(info)
            }

            override fun onFrame(frame: CameraFrame) = frame.close()

            override fun onTrouble(trouble: CameraTrouble) {
                told.add(trouble)
            }

            override fun onAvailableAgain() {
                told.add("again")
            }
        }

    private fun add(
        id: String,
        facing: Int,
        orientation: Int,
    ) {
        val sizes = listOf(Size(1920, 1080), Size(1440, 1080), Size(1280, 960), Size(640, 480))
        val map = StreamConfigurationMapBuilder.newBuilder()
        for (size in sizes) {
            map.addOutputSize(size)
            map.addOutputSize(ImageFormat.YUV_420_888, size)
        }
        val traits = ShadowCameraCharacteristics.newCameraCharacteristics()
        shadowOf(traits).apply {
            set(CameraCharacteristics.LENS_FACING, facing)
            set(CameraCharacteristics.SENSOR_ORIENTATION, orientation)
            set(CameraCharacteristics.SCALER_STREAM_CONFIGURATION_MAP, map.build())
            set(CameraCharacteristics.FLASH_INFO_AVAILABLE, facing == CameraCharacteristics.LENS_FACING_BACK)
            set(CameraCharacteristics.SENSOR_INFO_ACTIVE_ARRAY_SIZE, Rect(0, 0, 4000, 3000))
            set(CameraCharacteristics.CONTROL_MAX_REGIONS_AF, 1)
            set(CameraCharacteristics.CONTROL_AF_AVAILABLE_MODES, intArrayOf(CameraMetadata.CONTROL_AF_MODE_AUTO))
            set(CameraCharacteristics.SCALER_AVAILABLE_MAX_DIGITAL_ZOOM, 8f)
        }
        shadowOf(manager).addCamera(id, traits)
    }

    private fun addBoth() {
        add("0", CameraCharacteristics.LENS_FACING_BACK, 90)
        add("1", CameraCharacteristics.LENS_FACING_FRONT, 270)
    }

    private fun open(facing: Facing = Facing.BACK) =
        source.open(CameraRequest(facing, SurfaceTexture(0), Shown(displayRotation = 0, visibleAspect = .8f)), listener)

    private fun next(): Any = told.poll(20, TimeUnit.SECONDS) ?: "nothing"

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
        shadowOf(manager).addCamera("0", useless)
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
            shadowOf(manager).triggerDisconnect()
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
            told.clear()
        }
        settled()
        told.clear()
        open().use { assertTrue(next() is CameraInfo) }
    }

    @Test
    fun tellsNothingAfterClosing() {
        addBoth()
        open().close()
        settled()
        assertTrue("$told", told.isEmpty())
    }

    /** Waits until the camera thread has nothing left to do. */
    @After
    fun settled() {
        val done = CountDownLatch(1)
        source.release(
            object : SurfaceTexture(1) {
                override fun release() {
                    super.release()
                    done.countDown()
                }
            },
        )
        assertTrue(done.await(20, TimeUnit.SECONDS))
    }
}

package io.pocketlens.app.camera

import android.graphics.ImageFormat
import android.graphics.Rect
import android.graphics.SurfaceTexture
import android.hardware.camera2.CameraCharacteristics
import android.hardware.camera2.CameraManager
import android.hardware.camera2.CameraMetadata
import android.util.Size
import org.junit.Assert.assertTrue
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import org.robolectric.shadows.ShadowCameraCharacteristics
import org.robolectric.shadows.StreamConfigurationMapBuilder
import java.util.concurrent.CountDownLatch
import java.util.concurrent.LinkedBlockingQueue
import java.util.concurrent.TimeUnit

/** The real Camera2 code over Robolectric's cameras, with what it tells. */
class CameraBench {
    private val app = RuntimeEnvironment.getApplication()
    val manager: CameraManager = app.getSystemService(CameraManager::class.java)
    private val source = Camera2Source(app)
    val told = LinkedBlockingQueue<Any>()

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

    /** The phone has one more camera. */
    fun add(
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

    fun open(facing: Facing = Facing.BACK): CameraHandle =
        source.open(CameraRequest(facing, SurfaceTexture(0), Shown(displayRotation = 0, visibleAspect = .8f)), listener)

    /** What is told next. */
    fun next(): Any = told.poll(20, TimeUnit.SECONDS) ?: "nothing"

    /** Waits until the camera thread has nothing left to do. */
    fun settled() {
        val done = CountDownLatch(1)
        onCameraThread { done.countDown() }
        assertTrue(done.await(20, TimeUnit.SECONDS))
    }

    /** Does [work] before the camera thread begins with what it is asked meanwhile. */
    fun beforeTheCameraThread(work: () -> Unit) {
        val done = CountDownLatch(1)
        onCameraThread { done.await(20, TimeUnit.SECONDS) }
        work()
        done.countDown()
    }

    private fun onCameraThread(work: () -> Unit) =
        source.release(
            object : SurfaceTexture(1) {
                override fun release() {
                    super.release()
                    work()
                }
            },
        )
}

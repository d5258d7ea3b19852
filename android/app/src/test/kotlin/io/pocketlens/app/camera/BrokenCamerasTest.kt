package io.pocketlens.app.camera

import android.hardware.camera2.CameraAccessException
import android.hardware.camera2.CameraCaptureSession
import android.hardware.camera2.CameraCharacteristics
import android.hardware.camera2.CameraManager
import android.os.Handler
import android.view.Surface
import org.junit.After
import org.junit.Assert.assertEquals
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.annotation.Config
import org.robolectric.annotation.Implementation
import org.robolectric.annotation.Implements
import org.robolectric.shadows.ShadowCameraDeviceImpl
import org.robolectric.shadows.ShadowCameraManager

/** Cameras that cannot be asked, and ones that refuse sizes that they have listed. */
@RunWith(RobolectricTestRunner::class)
@Config(shadows = [BrokenManager::class, ChoosyCamera::class])
class BrokenCamerasTest {
    private val bench = CameraBench()

    @After
    fun settled() {
        bench.settled()
        BrokenManager.failures = emptyMap()
        ChoosyCamera.refusals = 0
    }

    @Test
    fun aCameraThatCannotBeAskedGivesWayToTheNext() {
        bench.add("0", CameraCharacteristics.LENS_FACING_BACK, 90)
        bench.add("1", CameraCharacteristics.LENS_FACING_FRONT, 270)
        bench.add("2", CameraCharacteristics.LENS_FACING_BACK, 180)
        val failures =
            listOf(
                CameraAccessException(CameraAccessException.CAMERA_ERROR),
                IllegalArgumentException("in the test"),
                NullPointerException("in the test"),
                AssertionError("in the test"),
            )
        for (failure in failures) {
            BrokenManager.failures = mapOf("0" to failure)
            bench.open().use {
                val info = bench.next() as CameraInfo
                assertEquals("$failure", 180 to Facing.FRONT, info.sensorOrientation to info.next)
            }
        }
        BrokenManager.failures = mapOf("1" to failures.first())
        bench.open().use { assertEquals("no way to it", null, (bench.next() as CameraInfo).next) }
    }

    @Test
    fun withNoneThatCanBeAskedThereIsNone() {
        bench.add("0", CameraCharacteristics.LENS_FACING_BACK, 90)
        BrokenManager.failures = mapOf("0" to AssertionError("in the test"))
        bench.open().use { assertEquals(CameraTrouble.NONE_PRESENT, bench.next()) }
    }

    @Test
    fun smallerSizesAreTriedWhereLargerOnesAreRefused() {
        bench.add("0", CameraCharacteristics.LENS_FACING_BACK, 90)
        for ((refusals, width) in listOf(0 to 1440, 1 to 640)) {
            ChoosyCamera.refusals = refusals
            bench.open().use { assertEquals(width, (bench.next() as CameraInfo).previewWidth) }
        }
    }

    @Test
    fun aCameraThatRefusesEverySizeGivesWayToTheNextAndThenFails() {
        bench.add("0", CameraCharacteristics.LENS_FACING_BACK, 90)
        bench.add("2", CameraCharacteristics.LENS_FACING_BACK, 180)
        ChoosyCamera.refusals = 2
        bench.open().use { assertEquals(180, (bench.next() as CameraInfo).sensorOrientation) }
        ChoosyCamera.refusals = Int.MAX_VALUE
        bench.open().use { assertEquals(CameraTrouble.FAILED, bench.next()) }
    }
}

/** Says [failures] when it is asked about a camera. */
@Implements(CameraManager::class)
class BrokenManager : ShadowCameraManager() {
    @Implementation
    override fun getCameraCharacteristics(id: String): CameraCharacteristics {
        failures[id]?.let { throw it }
        return super.getCameraCharacteristics(id)
    }

    companion object {
        @Volatile var failures: Map<String, Throwable> = emptyMap()
    }
}

/** Refuses the next [refusals] sessions. */
@Implements(className = "android.hardware.camera2.impl.CameraDeviceImpl", isInAndroidSdk = false)
class ChoosyCamera : ShadowCameraDeviceImpl() {
    @Implementation
    override fun createCaptureSession(
        outputs: MutableList<Surface>,
        callback: CameraCaptureSession.StateCallback,
        handler: Handler?,
    ) {
        val choosy =
            object : CameraCaptureSession.StateCallback() {
                override fun onConfigured(session: CameraCaptureSession) =
                    if (refusals-- > 0) callback.onConfigureFailed(session) else callback.onConfigured(session)

                override fun onConfigureFailed(session: CameraCaptureSession) = callback.onConfigureFailed(session)
            }
        super.createCaptureSession(outputs, choosy, handler)
    }

    companion object {
        @Volatile var refusals = 0
    }
}

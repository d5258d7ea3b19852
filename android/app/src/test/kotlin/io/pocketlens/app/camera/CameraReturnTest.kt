package io.pocketlens.app.camera

import android.app.Application
import android.hardware.camera2.CameraManager
import android.os.Handler
import android.os.Looper
import androidx.test.core.app.ApplicationProvider
import org.junit.Assert.assertEquals
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner

/** When it is worth trying a camera again. */
@RunWith(RobolectricTestRunner::class)
class CameraReturnTest {
    private val manager =
        ApplicationProvider.getApplicationContext<Application>().getSystemService(CameraManager::class.java)
    private var returns = 0
    private val cameraReturn = CameraReturn(manager, "0", Handler(Looper.getMainLooper())) { returns++ }

    @Test
    fun aFreedCameraComesBackOnce() {
        cameraReturn.watch(changeOnly = false)
        cameraReturn.onCameraAvailable("1")
        assertEquals("another one", 0, returns)
        cameraReturn.onCameraAvailable("0")
        cameraReturn.onCameraAvailable("0")
        assertEquals(1, returns)
    }

    @Test
    fun aCameraThatIsTurnedOffIsTriedAgainAfterAChangeOnly() {
        cameraReturn.watch(changeOnly = true)
        cameraReturn.onCameraAvailable("0")
        assertEquals("it counts as free all the time", 0, returns)
        cameraReturn.onCameraUnavailable("0")
        cameraReturn.onCameraAvailable("0")
        assertEquals(1, returns)
    }

    @Test
    fun comingBeforeAnotherAppBringsTheCameraBack() {
        cameraReturn.watch(changeOnly = true)
        cameraReturn.onCameraAccessPrioritiesChanged()
        assertEquals(1, returns)
    }

    @Test
    fun nobodyWatchesAnyMore() {
        cameraReturn.watch(changeOnly = false)
        cameraReturn.stop()
        cameraReturn.onCameraAvailable("0")
        assertEquals(0, returns)
    }
}

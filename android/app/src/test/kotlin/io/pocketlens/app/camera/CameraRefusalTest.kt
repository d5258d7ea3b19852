package io.pocketlens.app.camera

import android.hardware.camera2.CameraAccessException
import android.hardware.camera2.CameraDevice
import io.pocketlens.classifier.ClassifierException
import io.pocketlens.classifier.ErrorCode
import org.junit.Assert.assertEquals
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner

/** What the system's refusals mean. */
@RunWith(RobolectricTestRunner::class)
class CameraRefusalTest {
    @Test
    fun namesEveryRefusal() {
        val refusals =
            mapOf(
                CameraAccessException.CAMERA_IN_USE to CameraTrouble.IN_USE,
                CameraAccessException.MAX_CAMERAS_IN_USE to CameraTrouble.IN_USE,
                CameraAccessException.CAMERA_DISABLED to CameraTrouble.DISABLED,
                CameraAccessException.CAMERA_DISCONNECTED to CameraTrouble.TAKEN,
                CameraAccessException.CAMERA_ERROR to CameraTrouble.FAILED,
            )
        for ((reason, trouble) in refusals) {
            assertEquals(trouble, CameraRefusal.of { throw CameraAccessException(reason) })
        }
        assertEquals(CameraTrouble.NOT_PERMITTED, CameraRefusal.of { throw SecurityException() })
        assertEquals(CameraTrouble.TAKEN, CameraRefusal.of { error("closed") })
        assertEquals(CameraTrouble.FAILED, CameraRefusal.of { throw IllegalArgumentException() })
        assertEquals(
            "a format that was not promised",
            CameraTrouble.FAILED,
            CameraRefusal.of {
                throw UnsupportedOperationException()
            },
        )
        val badPicture = ClassifierException(ErrorCode.UNSUPPORTED_FORMAT, "in the test")
        assertEquals(CameraTrouble.FAILED, CameraRefusal.of { throw badPicture })
        assertEquals(CameraTrouble.FAILED, CameraRefusal.of { throw NullPointerException("in the test") })
        assertEquals(null, CameraRefusal.of { })
        val errors =
            mapOf(
                CameraDevice.StateCallback.ERROR_CAMERA_IN_USE to CameraTrouble.IN_USE,
                CameraDevice.StateCallback.ERROR_MAX_CAMERAS_IN_USE to CameraTrouble.IN_USE,
                CameraDevice.StateCallback.ERROR_CAMERA_DISABLED to CameraTrouble.DISABLED,
                CameraDevice.StateCallback.ERROR_CAMERA_DEVICE to CameraTrouble.FAILED,
                CameraDevice.StateCallback.ERROR_CAMERA_SERVICE to CameraTrouble.FAILED,
            )
        for ((error, trouble) in errors) assertEquals(trouble, CameraRefusal.trouble(error))
    }
}

package io.pocketlens.app.camera

import android.hardware.camera2.CameraAccessException
import android.hardware.camera2.CameraDevice
import io.pocketlens.classifier.ClassifierException

/** What the system's refusals mean to a person. */
object CameraRefusal {
    fun trouble(refusal: CameraAccessException): CameraTrouble =
        when (refusal.reason) {
            CameraAccessException.CAMERA_IN_USE, CameraAccessException.MAX_CAMERAS_IN_USE -> CameraTrouble.IN_USE
            CameraAccessException.CAMERA_DISABLED -> CameraTrouble.DISABLED
            CameraAccessException.CAMERA_DISCONNECTED -> CameraTrouble.TAKEN
            else -> CameraTrouble.FAILED
        }

    /** What [CameraDevice.StateCallback.onError] means. */
    fun trouble(error: Int): CameraTrouble =
        when (error) {
            CameraDevice.StateCallback.ERROR_CAMERA_IN_USE,
            CameraDevice.StateCallback.ERROR_MAX_CAMERAS_IN_USE,
            -> CameraTrouble.IN_USE
            CameraDevice.StateCallback.ERROR_CAMERA_DISABLED -> CameraTrouble.DISABLED
            else -> CameraTrouble.FAILED
        }

    /** Runs [action], naming what the system may refuse. Returns null when it went through. */
    inline fun of(action: () -> Unit): CameraTrouble? =
        try {
            action()
            null
        } catch (refusal: CameraAccessException) {
            trouble(refusal)
        } catch (_: SecurityException) {
            CameraTrouble.NOT_PERMITTED
        } catch (_: IllegalStateException) {
            // The device was closed by the system between two calls.
            CameraTrouble.TAKEN
        } catch (_: ClassifierException) {
            // Its pictures have another format than was promised.
            CameraTrouble.FAILED
        } catch (_: RuntimeException) {
            // The camera went between listing and opening, its surface was abandoned, its pictures have another
            // format than was promised; and makers' own camera services throw what Android's does not.
            CameraTrouble.FAILED
        }
}

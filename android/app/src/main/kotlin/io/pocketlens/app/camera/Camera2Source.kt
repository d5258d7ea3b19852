package io.pocketlens.app.camera

import android.content.Context
import android.graphics.SurfaceTexture
import android.hardware.camera2.CameraAccessException
import android.hardware.camera2.CameraDevice
import android.hardware.camera2.CameraManager
import android.os.Handler
import android.os.HandlerThread

/**
 * The phone's cameras through Camera2. One thread does everything, in order, so that a camera is
 * closed before the next is opened and a texture is released after the camera that drew on it.
 */
class Camera2Source(
    private val context: Context,
) : CameraSource {
    private val handler: Handler by lazy {
        Handler(HandlerThread("camera").apply { start() }.looper)
    }

    override fun open(
        request: CameraRequest,
        listener: CameraListener,
    ): CameraHandle {
        val camera = Camera2Handle(context, handler, request, listener)
        handler.post { camera.start() }
        return camera
    }

    override fun release(texture: SurfaceTexture) {
        handler.post { texture.release() }
    }

    companion object {
        /** What the system's refusal means to a person. */
        fun trouble(refusal: CameraAccessException): CameraTrouble =
            when (refusal.reason) {
                CameraAccessException.CAMERA_IN_USE, CameraAccessException.MAX_CAMERAS_IN_USE -> CameraTrouble.IN_USE
                CameraAccessException.CAMERA_DISABLED -> CameraTrouble.DISABLED
                CameraAccessException.CAMERA_DISCONNECTED -> CameraTrouble.TAKEN
                else -> CameraTrouble.FAILED
            }

        /** What [CameraDevice.StateCallback.onError] means to a person. */
        fun trouble(error: Int): CameraTrouble =
            when (error) {
                CameraDevice.StateCallback.ERROR_CAMERA_IN_USE,
                CameraDevice.StateCallback.ERROR_MAX_CAMERAS_IN_USE,
                -> CameraTrouble.IN_USE
                CameraDevice.StateCallback.ERROR_CAMERA_DISABLED -> CameraTrouble.DISABLED
                else -> CameraTrouble.FAILED
            }

        /** Runs [action], naming what the system may refuse. Returns null when it went through. */
        inline fun attempt(action: () -> Unit): CameraTrouble? =
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
            } catch (_: IllegalArgumentException) {
                // The camera went away between listing and opening, or its surface was abandoned.
                CameraTrouble.FAILED
            }
    }
}

/** Tells [onBack] once when [id] can be opened again. */
internal class ComeBack(
    private val manager: CameraManager,
    private val id: String,
    private val handler: Handler,
    private val onBack: () -> Unit,
) : CameraManager.AvailabilityCallback() {
    private var told = false

    fun watch() = manager.registerAvailabilityCallback(this, handler)

    fun stop() = manager.unregisterAvailabilityCallback(this)

    override fun onCameraAvailable(cameraId: String) {
        if (cameraId != id || told) return
        told = true
        stop()
        onBack()
    }
}

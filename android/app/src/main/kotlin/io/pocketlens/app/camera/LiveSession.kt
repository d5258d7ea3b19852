package io.pocketlens.app.camera

import android.hardware.camera2.CameraCaptureSession
import android.hardware.camera2.CameraDevice
import android.hardware.camera2.CameraMetadata
import android.hardware.camera2.CaptureRequest
import android.hardware.camera2.params.MeteringRectangle
import android.os.Handler
import android.util.Size
import android.view.Surface

/** A running camera's repeating request: focus, torch, zoom. Calls may throw what Camera2 throws. */
internal class LiveSession(
    private val camera: CameraPick,
    private val preview: Size,
    private val device: CameraDevice,
    private val session: CameraCaptureSession,
    private val targets: List<Surface>,
    private val handler: Handler,
) {
    private var settings: CameraSettings? = null
    private var region: MeteringRectangle? = null
    private val backToContinuous =
        Runnable {
            region = null
            CameraRefusal.of { settings?.let(::repeat) }
        }

    /** Goes on with these settings. */
    fun follow(next: CameraSettings) {
        val before = settings
        settings = next
        if (before?.copy(shown = next.shown) != next) repeat(next)
    }

    /** Focuses once at the point and stays there for a while, then follows the scene again. */
    fun focusAt(
        x: Float,
        y: Float,
    ) {
        val now = settings ?: return
        if (!camera.focus.atPoint) return
        val rotation = camera.rotation(now.shown.displayRotation)
        val (storedX, storedY) = PictureRotation.toStored(x, y, rotation, camera.facing)
        val share = camera.shownShare(preview, now.shown, now.zoom)
        region = SensorArea.around(storedX, storedY, camera.activeArea, share)
        val once = build(now).apply { set(CaptureRequest.CONTROL_AF_TRIGGER, CameraMetadata.CONTROL_AF_TRIGGER_START) }
        session.capture(once.build(), null, handler)
        repeat(now)
        handler.removeCallbacks(backToContinuous)
        handler.postDelayed(backToContinuous, FOCUS_HOLD_MS)
    }

    fun stop() {
        handler.removeCallbacks(backToContinuous)
        CameraRefusal.of { session.close() }
    }

    private fun repeat(now: CameraSettings) {
        session.setRepeatingRequest(build(now).build(), null, handler)
    }

    private fun build(now: CameraSettings) =
        device.createCaptureRequest(CameraDevice.TEMPLATE_PREVIEW).apply {
            for (target in targets) addTarget(target)
            val point = region
            if (point == null) {
                camera.focus.continuous?.let { set(CaptureRequest.CONTROL_AF_MODE, it) }
            } else {
                set(CaptureRequest.CONTROL_AF_MODE, CameraMetadata.CONTROL_AF_MODE_AUTO)
                set(CaptureRequest.CONTROL_AF_REGIONS, arrayOf(point))
                set(CaptureRequest.CONTROL_AE_REGIONS, arrayOf(point))
            }
            val torch = now.torch && camera.hasTorch
            set(
                CaptureRequest.FLASH_MODE,
                if (torch) CameraMetadata.FLASH_MODE_TORCH else CameraMetadata.FLASH_MODE_OFF,
            )
            if (camera.maxZoom > 1f) {
                set(CaptureRequest.SCALER_CROP_REGION, SensorArea.zoomed(camera.activeArea, now.zoom))
            }
        }

    private companion object {
        const val FOCUS_HOLD_MS = 5_000L
    }
}

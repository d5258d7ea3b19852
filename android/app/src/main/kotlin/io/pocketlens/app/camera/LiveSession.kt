package io.pocketlens.app.camera

import android.hardware.camera2.CameraCaptureSession
import android.hardware.camera2.CameraDevice
import android.hardware.camera2.CameraMetadata
import android.hardware.camera2.CaptureRequest
import android.hardware.camera2.params.MeteringRectangle
import android.os.Handler
import android.view.Surface

/** A running camera's repeating request: focus, torch. Calls may throw what Camera2 throws. */
internal class LiveSession(
    private val camera: CameraPick,
    private val device: CameraDevice,
    private val session: CameraCaptureSession,
    private val targets: List<Surface>,
    private val request: CameraRequest,
    private val handler: Handler,
) {
    private var torch = false
    private var region: MeteringRectangle? = null
    private val backToContinuous =
        Runnable {
            region = null
            Camera2Source.attempt { repeat() }
        }

    fun start(torch: Boolean) {
        this.torch = torch
        repeat()
    }

    fun setTorch(on: Boolean) {
        torch = on
        repeat()
    }

    /** Focuses once at the point and stays there for a while, then follows the scene again. */
    fun focusAt(
        x: Float,
        y: Float,
    ) {
        if (camera.meteringRegions == 0) return
        val rotation = camera.rotation(request.displayRotation)
        val (storedX, storedY) = Orientation.toStored(x, y, rotation, camera.facing)
        region =
            FocusRegion.around(storedX, storedY, camera.activeArea, camera.shownShare(rotation, request.visibleAspect))
        val once = build().apply { set(CaptureRequest.CONTROL_AF_TRIGGER, CameraMetadata.CONTROL_AF_TRIGGER_START) }
        session.capture(once.build(), null, handler)
        repeat()
        handler.removeCallbacks(backToContinuous)
        handler.postDelayed(backToContinuous, FOCUS_HOLD_MS)
    }

    fun stop() {
        handler.removeCallbacks(backToContinuous)
        Camera2Source.attempt { session.close() }
    }

    private fun repeat() {
        session.setRepeatingRequest(build().build(), null, handler)
    }

    private fun build() =
        device.createCaptureRequest(CameraDevice.TEMPLATE_PREVIEW).apply {
            for (target in targets) addTarget(target)
            val point = region
            if (point == null) {
                set(CaptureRequest.CONTROL_AF_MODE, CameraMetadata.CONTROL_AF_MODE_CONTINUOUS_PICTURE)
            } else {
                set(CaptureRequest.CONTROL_AF_MODE, CameraMetadata.CONTROL_AF_MODE_AUTO)
                set(CaptureRequest.CONTROL_AF_REGIONS, arrayOf(point))
                set(CaptureRequest.CONTROL_AE_REGIONS, arrayOf(point))
            }
            val mode = if (torch && camera.hasTorch) CameraMetadata.FLASH_MODE_TORCH else CameraMetadata.FLASH_MODE_OFF
            set(CaptureRequest.FLASH_MODE, mode)
        }

    private companion object {
        const val FOCUS_HOLD_MS = 5_000L
    }
}

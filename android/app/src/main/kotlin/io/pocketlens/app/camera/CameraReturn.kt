package io.pocketlens.app.camera

import android.hardware.camera2.CameraManager
import android.os.Handler

/**
 * Tells [onReturn] once when it is worth trying the camera [id] again: it is free again, or this app
 * has come before the other one, as it does when its half of a split screen is touched.
 */
internal class CameraReturn(
    private val manager: CameraManager,
    private val id: String,
    private val handler: Handler,
    private val onReturn: () -> Unit,
) : CameraManager.AvailabilityCallback() {
    private var watching = false
    private var changed = false

    /**
     * The system says at once how things stand. [changeOnly]: that a camera is free means nothing until
     * it has not been, for one that an administrator has turned off counts as free all the time.
     */
    fun watch(changeOnly: Boolean) {
        if (watching) return
        watching = true
        changed = !changeOnly
        manager.registerAvailabilityCallback(this, handler)
    }

    fun stop() {
        watching = false
        manager.unregisterAvailabilityCallback(this)
    }

    override fun onCameraUnavailable(cameraId: String) {
        if (cameraId == id) changed = true
    }

    override fun onCameraAvailable(cameraId: String) {
        if (cameraId == id && changed) tell()
    }

    override fun onCameraAccessPrioritiesChanged() = tell()

    private fun tell() {
        if (!watching) return
        stop()
        onReturn()
    }
}

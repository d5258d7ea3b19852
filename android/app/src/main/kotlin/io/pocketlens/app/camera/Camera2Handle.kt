package io.pocketlens.app.camera

import android.annotation.SuppressLint
import android.content.Context
import android.hardware.camera2.CameraCaptureSession
import android.hardware.camera2.CameraDevice
import android.hardware.camera2.CameraManager
import android.os.Handler

/**
 * One camera from opening to closing. Everything but the calls of [CameraHandle] runs on [handler].
 * A camera that fails gives way to the next of its kind, sizes that it refuses to smaller ones.
 */
internal class Camera2Handle(
    private val context: Context,
    private val handler: Handler,
    private val request: CameraRequest,
    private val listener: CameraListener,
) : CameraHandle {
    @Volatile private var closed = false
    private var settings = CameraSettings(request.shown)
    private var candidates: List<CameraPick> = emptyList()
    private var device: CameraDevice? = null
    private var streams: CameraStreams? = null
    private var session: LiveSession? = null
    private var availability: CameraReturn? = null

    /** Begins to open the camera; not at all when it has been closed already. */
    fun start() {
        if (closed) return
        val manager = context.getSystemService(CameraManager::class.java) ?: return fail(CameraTrouble.NONE_PRESENT)
        CameraRefusal.of { candidates = CameraPicks.candidates(manager, request.facing) }?.let { return fail(it) }
        open(manager, CameraTrouble.NONE_PRESENT)
    }

    override fun show(shown: Shown) = change { it.copy(shown = shown) }

    override fun setTorch(on: Boolean) = change { it.copy(torch = on) }

    override fun setZoom(ratio: Float) = change { it.copy(zoom = ratio) }

    override fun focusAt(
        x: Float,
        y: Float,
    ) {
        handler.post { session?.let { live -> CameraRefusal.of { live.focusAt(x, y) }?.let(::fail) } }
    }

    override fun close() {
        closed = true
        handler.post {
            availability?.stop()
            release()
        }
    }

    private fun change(to: (CameraSettings) -> CameraSettings) {
        handler.post {
            settings = to(settings)
            streams?.shown = settings.shown
            session?.let { live -> CameraRefusal.of { live.follow(settings) }?.let(::fail) }
        }
    }

    /** Opens the next candidate; without one the trouble is [because]. */
    @SuppressLint("MissingPermission")
    private fun open(
        manager: CameraManager,
        because: CameraTrouble,
    ) {
        val camera = candidates.firstOrNull() ?: return fail(because)
        candidates = candidates.drop(1)
        availability = CameraReturn(manager, camera.id, handler) { if (!closed) listener.onAvailableAgain() }
        val refused = CameraRefusal.of { manager.openCamera(camera.id, DeviceEvents(manager, camera), handler) }
        if (refused == CameraTrouble.FAILED) open(manager, refused) else refused?.let(::fail)
    }

    private fun deliver(frame: CameraFrame) {
        if (closed) frame.close() else listener.onFrame(frame)
    }

    private fun fail(trouble: CameraTrouble) {
        release()
        if (closed) return
        if (trouble in MAY_COME_BACK) availability?.watch(changeOnly = trouble == CameraTrouble.DISABLED)
        listener.onTrouble(trouble)
    }

    private fun release() {
        session?.stop()
        session = null
        streams?.close()
        streams = null
        device?.close()
        device = null
    }

    private inner class DeviceEvents(
        private val manager: CameraManager,
        private val camera: CameraPick,
    ) : CameraDevice.StateCallback() {
        override fun onOpened(opened: CameraDevice) {
            device = opened
            if (closed) release() else configure(opened, camera.sizes)
        }

        /** Begins a session with the first of [sizes]. */
        fun configure(
            opened: CameraDevice,
            sizes: List<StreamSizes>,
        ) {
            val first = sizes.firstOrNull() ?: return next(CameraTrouble.FAILED)
            val refused =
                CameraRefusal.of {
                    streams?.close()
                    val made = CameraStreams(camera, first, request.texture, settings.shown, handler, ::deliver, ::fail)
                    streams = made
                    val events = SessionEvents(this, camera, opened, sizes, made)
                    @Suppress("DEPRECATION") // Its successor came with API 28.
                    opened.createCaptureSession(made.surfaces, events, handler)
                }
            if (refused == CameraTrouble.FAILED) configure(opened, sizes.drop(1)) else refused?.let(::fail)
        }

        override fun onDisconnected(lost: CameraDevice) {
            lost.close()
            if (device == null || device === lost) fail(CameraTrouble.TAKEN)
        }

        override fun onError(
            broken: CameraDevice,
            error: Int,
        ) {
            broken.close()
            val trouble = CameraRefusal.trouble(error)
            if (trouble == CameraTrouble.FAILED) next(trouble) else fail(trouble)
        }

        private fun next(because: CameraTrouble) {
            release()
            if (!closed) open(manager, because)
        }
    }

    private inner class SessionEvents(
        private val events: DeviceEvents,
        private val camera: CameraPick,
        private val opened: CameraDevice,
        private val sizes: List<StreamSizes>,
        private val made: CameraStreams,
    ) : CameraCaptureSession.StateCallback() {
        override fun onConfigured(configured: CameraCaptureSession) {
            if (closed || device !== opened || streams !== made) return
            val live = LiveSession(camera, sizes.first().preview, opened, configured, made.surfaces, handler)
            CameraRefusal.of { live.follow(settings) }?.let { return fail(it) }
            session = live
            listener.onRunning(camera.info(sizes.first()))
        }

        override fun onConfigureFailed(refused: CameraCaptureSession) {
            if (!closed && device === opened) events.configure(opened, sizes.drop(1))
        }
    }

    private companion object {
        val MAY_COME_BACK = setOf(CameraTrouble.TAKEN, CameraTrouble.IN_USE, CameraTrouble.DISABLED)
    }
}

package io.pocketlens.app.camera

import android.annotation.SuppressLint
import android.content.Context
import android.hardware.camera2.CameraCaptureSession
import android.hardware.camera2.CameraDevice
import android.hardware.camera2.CameraManager
import android.os.Handler
import android.view.Surface

/** One camera from opening to closing. Everything but the calls of [CameraHandle] runs on [handler]. */
internal class Camera2Handle(
    private val context: Context,
    private val handler: Handler,
    private val request: CameraRequest,
    private val listener: CameraListener,
) : CameraHandle {
    @Volatile private var closed = false
    private var device: CameraDevice? = null
    private var frames: FrameReader? = null
    private var preview: Surface? = null
    private var comeBack: ComeBack? = null
    private var session: LiveSession? = null
    private var torch = false

    /** Begins to open the camera; not at all when it has been closed already. */
    fun start() {
        if (closed) return
        val manager = context.getSystemService(CameraManager::class.java)
        if (manager == null) return fail(CameraTrouble.NONE_PRESENT)
        Camera2Source.attempt { choose(manager) }?.let(::fail)
    }

    private fun choose(manager: CameraManager) {
        val camera = CameraPick.choose(manager, request.facing)
        if (camera == null) fail(CameraTrouble.NONE_PRESENT) else open(manager, camera)
    }

    @SuppressLint("MissingPermission")
    private fun open(
        manager: CameraManager,
        camera: CameraPick,
    ) {
        comeBack = ComeBack(manager, camera.id, handler) { if (!closed) listener.onAvailableAgain() }
        request.texture.setDefaultBufferSize(camera.preview.width, camera.preview.height)
        preview = Surface(request.texture)
        val rotation = camera.rotation(request.displayRotation)
        frames = FrameReader(camera.frames, handler, rotation, request.visibleAspect) { deliver(it) }
        manager.openCamera(camera.id, DeviceEvents(camera), handler)
    }

    override fun setTorch(on: Boolean) {
        handler.post {
            torch = on
            session?.let { live -> Camera2Source.attempt { live.setTorch(on) }?.let(::fail) }
        }
    }

    override fun focusAt(
        x: Float,
        y: Float,
    ) {
        handler.post { session?.let { live -> Camera2Source.attempt { live.focusAt(x, y) }?.let(::fail) } }
    }

    override fun close() {
        closed = true
        handler.post {
            comeBack?.stop()
            release()
        }
    }

    private fun deliver(frame: CameraFrame) {
        if (closed) frame.close() else listener.onFrame(frame)
    }

    private fun fail(trouble: CameraTrouble) {
        release()
        if (closed) return
        if (trouble == CameraTrouble.TAKEN || trouble == CameraTrouble.IN_USE) comeBack?.watch()
        listener.onTrouble(trouble)
    }

    private fun release() {
        session?.stop()
        session = null
        device?.close()
        device = null
        frames?.close()
        frames = null
        preview?.release()
        preview = null
    }

    private inner class DeviceEvents(
        private val camera: CameraPick,
    ) : CameraDevice.StateCallback() {
        override fun onOpened(opened: CameraDevice) {
            device = opened
            val show = preview
            val read = frames?.surface
            if (closed || show == null || read == null) return release()
            Camera2Source
                .attempt {
                    @Suppress("DEPRECATION") // Its successor came with API 28.
                    opened.createCaptureSession(
                        listOf(show, read),
                        SessionEvents(camera, opened, listOf(show, read)),
                        handler,
                    )
                }?.let(::fail)
        }

        override fun onDisconnected(lost: CameraDevice) {
            lost.close()
            fail(CameraTrouble.TAKEN)
        }

        override fun onError(
            broken: CameraDevice,
            error: Int,
        ) {
            broken.close()
            fail(Camera2Source.trouble(error))
        }
    }

    private inner class SessionEvents(
        private val camera: CameraPick,
        private val opened: CameraDevice,
        private val targets: List<Surface>,
    ) : CameraCaptureSession.StateCallback() {
        override fun onConfigured(configured: CameraCaptureSession) {
            if (closed || device !== opened) return
            val live = LiveSession(camera, opened, configured, targets, request, handler)
            Camera2Source.attempt { live.start(torch) }?.let { return fail(it) }
            session = live
            listener.onRunning(camera.info)
        }

        override fun onConfigureFailed(refused: CameraCaptureSession) = fail(CameraTrouble.FAILED)
    }
}

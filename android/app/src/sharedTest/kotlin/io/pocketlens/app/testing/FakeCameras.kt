package io.pocketlens.app.testing

import android.graphics.SurfaceTexture
import io.pocketlens.app.camera.CameraFrame
import io.pocketlens.app.camera.CameraHandle
import io.pocketlens.app.camera.CameraInfo
import io.pocketlens.app.camera.CameraListener
import io.pocketlens.app.camera.CameraRequest
import io.pocketlens.app.camera.CameraSource
import io.pocketlens.app.camera.CameraTrouble
import io.pocketlens.app.camera.Facing
import io.pocketlens.app.camera.Shown

/** Cameras that do what a test says. */
class FakeCameras : CameraSource {
    val opened = ArrayList<FakeCamera>()
    val released = ArrayList<SurfaceTexture>()

    /** The one that was opened last, if it is still open. */
    val current: FakeCamera? get() = opened.lastOrNull()?.takeIf { !it.closed }

    /** How many are open: more than one is a fault. */
    val openCount: Int get() = opened.count { !it.closed }

    override fun open(
        request: CameraRequest,
        listener: CameraListener,
    ): CameraHandle = FakeCamera(request, listener).also(opened::add)

    override fun release(texture: SurfaceTexture) {
        released.add(texture)
    }
}

/** One camera; a test speaks for it. */
class FakeCamera(
    val request: CameraRequest,
    private val listener: CameraListener,
) : CameraHandle {
    var closed = false
        private set
    var torch = false
        private set
    var zoom = 1f
        private set
    val shown = arrayListOf(request.shown)
    val focusPoints = ArrayList<Pair<Float, Float>>()

    fun runs(info: CameraInfo = info()) = listener.onRunning(info)

    fun delivers(frame: CameraFrame) = listener.onFrame(frame)

    fun fails(trouble: CameraTrouble) = listener.onTrouble(trouble)

    fun comesBack() = listener.onAvailableAgain()

    fun info() =
        CameraInfo(
            request.facing,
            previewWidth = 1440,
            previewHeight = 1080,
            sensorOrientation = if (request.facing == Facing.FRONT) 270 else 90,
            hasTorch = request.facing == Facing.BACK,
            canFocus = request.facing == Facing.BACK,
            maxZoom = 8f,
            next = if (request.facing == Facing.BACK) Facing.FRONT else Facing.BACK,
        )

    override fun show(shown: Shown) {
        this.shown.add(shown)
    }

    override fun setTorch(on: Boolean) {
        torch = on
    }

    override fun setZoom(ratio: Float) {
        zoom = ratio
    }

    override fun focusAt(
        x: Float,
        y: Float,
    ) {
        focusPoints.add(x to y)
    }

    override fun close() {
        closed = true
    }
}

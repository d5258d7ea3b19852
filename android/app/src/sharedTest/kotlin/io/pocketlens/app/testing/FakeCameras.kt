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
import io.pocketlens.classifier.YuvFrame
import io.pocketlens.classifier.YuvPlane
import java.nio.ByteBuffer

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
            canSwitch = true,
        )

    override fun setTorch(on: Boolean) {
        torch = on
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

/** Frames whose return is counted. */
class FrameMaker {
    var lent = 0
        private set
    var returned = 0
        private set

    /** A grey 4 x 2 picture. */
    fun frame(rotation: Int = 0): CameraFrame {
        lent++
        val y = YuvPlane(ByteBuffer.allocateDirect(8), rowStride = 4, pixelStride = 1)
        val u = YuvPlane(ByteBuffer.allocateDirect(2), rowStride = 2, pixelStride = 1)
        val v = YuvPlane(ByteBuffer.allocateDirect(2), rowStride = 2, pixelStride = 1)
        return CameraFrame(YuvFrame(4, 2, y, u, v, rotation)) { returned++ }
    }
}

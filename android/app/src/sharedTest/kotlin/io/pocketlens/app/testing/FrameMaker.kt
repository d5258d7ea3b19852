package io.pocketlens.app.testing

import io.pocketlens.app.camera.CameraFrame
import io.pocketlens.classifier.YuvFrame
import io.pocketlens.classifier.YuvPlane
import java.nio.ByteBuffer

/** Frames whose return is counted. */
class FrameMaker(
    /** In milliseconds. */
    private val now: () -> Long,
) {
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
        return CameraFrame(YuvFrame(4, 2, y, u, v, rotation), now() * NANOS_PER_MILLI) { returned++ }
    }

    private companion object {
        const val NANOS_PER_MILLI = 1_000_000L
    }
}

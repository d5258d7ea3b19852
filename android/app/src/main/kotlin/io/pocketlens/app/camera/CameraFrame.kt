package io.pocketlens.app.camera

import io.pocketlens.classifier.YuvFrame
import io.pocketlens.classifier.YuvPlane
import java.io.Closeable
import java.nio.Buffer
import java.util.concurrent.atomic.AtomicReference

/**
 * One picture on loan from the camera. [close] gives its memory back, once however often it is
 * called; [picture] must not be touched afterwards.
 */
class CameraFrame(
    val picture: YuvFrame,
    giveBack: () -> Unit,
) : Closeable {
    private val loan = AtomicReference<(() -> Unit)?>(giveBack)

    override fun close() {
        loan.getAndSet(null)?.invoke()
    }
}

/** Where frames go. */
fun interface FrameTaker {
    /** Takes over [frame]; from any thread. */
    fun offer(frame: CameraFrame)
}

/** A part of a stored picture, in its own pixels, all even as 4:2:0 needs. */
class Crop(
    val left: Int,
    val top: Int,
    val width: Int,
    val height: Int,
) {
    /** The part of [frame], sharing its memory. */
    fun of(frame: YuvFrame): YuvFrame =
        YuvFrame(
            width,
            height,
            frame.y.from(left, top),
            frame.u.from(left / 2, top / 2),
            frame.v.from(left / 2, top / 2),
            frame.rotation,
            frame.mirror,
            frame.matrix,
            frame.range,
        )

    private fun YuvPlane.from(
        x: Int,
        y: Int,
    ): YuvPlane {
        val rest = buffer.duplicate()
        rest.startAt(y * rowStride + x * pixelStride)
        return YuvPlane(rest.slice(), rowStride, pixelStride)
    }

    /** On a Buffer: ByteBuffer's own clear and position are newer than minSdk. */
    private fun Buffer.startAt(place: Int) {
        clear()
        position(place)
    }
}

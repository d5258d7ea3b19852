package io.pocketlens.app.camera

import io.pocketlens.classifier.YuvFrame
import java.io.Closeable
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

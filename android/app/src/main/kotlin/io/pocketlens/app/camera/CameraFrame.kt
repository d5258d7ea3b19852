package io.pocketlens.app.camera

import io.pocketlens.classifier.YuvFrame
import java.io.Closeable

/**
 * One picture on loan from the camera. [close] gives its memory back and is called once; [picture] must
 * not be touched afterwards.
 */
class CameraFrame(
    val picture: YuvFrame,
    /** When it came, on one clock for all cameras: each camera's own timestamps have a clock of their own. */
    val arrivedNanos: Long,
    private val giveBack: () -> Unit,
) : Closeable {
    override fun close() = giveBack()
}

/** Where frames go. */
fun interface FrameTaker {
    /** Takes over [frame]; from any thread. */
    fun offer(frame: CameraFrame)
}

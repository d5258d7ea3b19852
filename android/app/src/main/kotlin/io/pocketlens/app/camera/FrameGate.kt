package io.pocketlens.app.camera

import java.io.Closeable
import java.util.concurrent.Executor
import java.util.concurrent.RejectedExecutionException

/**
 * Lets only the newest frame through to a slow reader. While the reader is busy one frame waits; a
 * newer one takes its place and the older one is given back at once. So nothing queues up, whatever
 * the camera delivers. Safe to call from any thread.
 */
class FrameGate(
    private val worker: Executor,
    /** Reads a frame on [worker]; the gate closes it afterwards. */
    private val read: (CameraFrame) -> Unit,
) : Closeable {
    private val lock = Any()
    private var waiting: CameraFrame? = null
    private var busy = false
    private var open = true
    private var dropped = 0L

    /** Frames that came and were not read. */
    val droppedFrames: Long get() = synchronized(lock) { dropped }

    /** Takes over [frame]. */
    fun offer(frame: CameraFrame) {
        val refused: CameraFrame?
        val start: Boolean
        synchronized(lock) {
            refused = if (open) waiting else frame
            if (open) waiting = frame
            start = open && !busy
            if (start) busy = true
            if (refused != null) dropped++
        }
        refused?.close()
        if (start) schedule()
    }

    /** Frames that come from now on, and the one that waits, are given back unread. */
    override fun close() {
        val left =
            synchronized(lock) {
                open = false
                waiting.also { waiting = null }
            }
        left?.close()
    }

    private fun schedule() {
        try {
            worker.execute { readNext() }
        } catch (_: RejectedExecutionException) {
            // The worker has been shut down: nothing will read again.
            close()
        }
    }

    private fun readNext() {
        val frame = synchronized(lock) { waiting.also { waiting = null } }
        try {
            frame?.use(read)
        } finally {
            val more =
                synchronized(lock) {
                    busy = waiting != null
                    busy
                }
            if (more) schedule()
        }
    }
}

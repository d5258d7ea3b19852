package io.pocketlens.classifier

import java.util.concurrent.Executor
import java.util.concurrent.RejectedExecutionException
import java.util.concurrent.atomic.AtomicReference

/** A frame on loan: [release] gives it back, the first time that it is called. */
internal class LentFrame(
    val frame: YuvFrame,
    val timestampNanos: Long,
    giveBack: Runnable?,
) {
    private val giveBack = AtomicReference(giveBack)

    fun release() {
        giveBack.getAndSet(null)?.run()
    }
}

/**
 * Lets only the newest frame through to a slow reader. While it is busy one frame waits; a newer one
 * takes its place, and the older one is given back at once. Safe to call from any thread.
 */
internal class NewestOnly(
    private val executor: Executor,
    /** Reads a frame on [executor]; it is given back afterwards. */
    private val read: (LentFrame) -> Unit,
) : AutoCloseable {
    private val lock = Any()
    private var waiting: LentFrame? = null
    private var busy = false
    private var open = true
    private var dropped = 0L

    /** Frames that came and were not read. */
    val droppedFrames: Long get() = synchronized(lock) { dropped }

    fun offer(frame: LentFrame) {
        val unread: LentFrame?
        val start: Boolean
        synchronized(lock) {
            unread = if (open) waiting else frame
            if (open) waiting = frame
            start = open && !busy
            if (start) busy = true
            if (unread != null) dropped++
        }
        unread?.release()
        if (start) schedule()
    }

    /** Frames that come from now on, and the one that waits, are given back unread. */
    override fun close() {
        val left =
            synchronized(lock) {
                open = false
                waiting.also { waiting = null }
            }
        left?.release()
    }

    private fun schedule() {
        try {
            executor.execute { readNext() }
        } catch (_: RejectedExecutionException) {
            close() // it has been shut down: nothing will read again
        }
    }

    private fun readNext() {
        val frame = synchronized(lock) { waiting.also { waiting = null } }
        try {
            if (frame != null) {
                try {
                    read(frame)
                } finally {
                    frame.release()
                }
            }
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

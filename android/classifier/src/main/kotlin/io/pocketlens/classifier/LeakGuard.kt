package io.pocketlens.classifier

import android.util.Log
import java.lang.ref.PhantomReference
import java.lang.ref.ReferenceQueue
import java.util.concurrent.ConcurrentHashMap
import kotlin.concurrent.thread

/** Says in the log what was never closed and where it was opened, and frees it. */
internal object LeakGuard {
    private const val TAG = "Pocketlens"
    private val queue = ReferenceQueue<Any>()
    private val open = ConcurrentHashMap.newKeySet<Watch>()

    init {
        thread(isDaemon = true, name = "pocketlens-leaks") { while (true) tell(queue.remove() as Watch) }
    }

    /** Something that is open. What this holds must not lead back to it, so [free] is given the [handle]. */
    class Watch(
        owner: Any,
        val what: String,
        val opened: Throwable,
        val handle: Long,
        val free: (Long) -> Unit,
    ) : PhantomReference<Any>(owner, queue)

    fun watch(
        owner: Any,
        what: String,
        handle: Long,
        free: (Long) -> Unit,
    ): Watch = Watch(owner, what, Throwable("opened here"), handle, free).also(open::add)

    /** It has been closed as it should be. */
    fun forget(watch: Watch) {
        open.remove(watch)
    }

    private fun tell(left: Watch) {
        if (!open.remove(left)) return
        Log.w(TAG, "${left.what} was never closed. Its owner must call close().", left.opened)
        left.free(left.handle)
    }
}

package io.pocketlens.classifier

import android.util.Log
import java.lang.ref.PhantomReference
import java.lang.ref.ReferenceQueue
import java.util.concurrent.ConcurrentHashMap
import kotlin.concurrent.thread

/** Says in the log which classifiers were never closed and where they were opened, and frees their models. */
internal object LeakGuard {
    private const val TAG = "Pocketlens"
    private val queue = ReferenceQueue<Any>()
    private val open = ConcurrentHashMap.newKeySet<Watch>()

    init {
        thread(isDaemon = true, name = "pocketlens-leaks") { while (true) tell(queue.remove() as Watch) }
    }

    /** A classifier that is open; what it holds must not lead back to the classifier. */
    class Watch(
        classifier: Any,
        val handle: Long,
        val name: String,
        val opened: Throwable,
    ) : PhantomReference<Any>(classifier, queue)

    fun watch(
        classifier: Any,
        handle: Long,
        name: String,
    ): Watch = Watch(classifier, handle, name, Throwable("opened here")).also(open::add)

    /** The classifier has been closed as it should be. */
    fun forget(watch: Watch) {
        open.remove(watch)
    }

    private fun tell(left: Watch) {
        if (!open.remove(left)) return
        Log.w(TAG, "A classifier of ${left.name} was never closed. Its owner must call close().", left.opened)
        NativeCalls.close(left.handle)
    }
}

package io.pocketlens.app

import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.asCoroutineDispatcher
import java.util.concurrent.Executors

/** Where work is done. */
class AppDispatchers(
    /** One thread for everything that touches an open model, in order. */
    val engine: CoroutineDispatcher,
    /** Disk and decoding. */
    val io: CoroutineDispatcher,
) {
    companion object {
        /** The phone's threads. They live as long as the process and sleep when there is nothing to do. */
        fun phone() =
            AppDispatchers(
                engine = Executors.newSingleThreadExecutor { Thread(it, "engine") }.asCoroutineDispatcher(),
                io = Dispatchers.IO,
            )
    }
}

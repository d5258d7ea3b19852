package io.pocketlens.app

import android.os.Handler
import android.os.Looper
import java.util.concurrent.Executor
import java.util.concurrent.Executors

/** Where work is done. */
interface Workers {
    /** The main thread, later. */
    val main: Executor

    /** One thread for everything that touches an open model, in order. */
    val engine: Executor

    /** Disk and decoding. */
    val io: Executor
}

/** The phone's threads. They live as long as the process and sleep when there is nothing to do. */
class ThreadWorkers : Workers {
    private val handler = Handler(Looper.getMainLooper())
    override val main = Executor { handler.post(it) }
    override val engine: Executor = Executors.newSingleThreadExecutor { Thread(it, "engine") }
    override val io: Executor = Executors.newSingleThreadExecutor { Thread(it, "io") }
}

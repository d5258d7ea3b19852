package io.pocketlens.app.testing

import java.util.concurrent.Executor

/** Keeps what it is given until a test runs it. */
class ManualExecutor : Executor {
    private val waiting = ArrayDeque<Runnable>()

    /** How many tasks wait. */
    val size: Int get() = waiting.size

    override fun execute(task: Runnable) {
        waiting.addLast(task)
    }

    /** Runs the oldest task; false when there was none. */
    fun runOne(): Boolean {
        val task = waiting.removeFirstOrNull() ?: return false
        task.run()
        return true
    }
}

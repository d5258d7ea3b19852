package io.pocketlens.device

import android.os.Bundle
import org.junit.runner.Description
import org.junit.runner.notification.Failure
import org.junit.runner.notification.RunListener

/** Tells each test's beginning and end in the form of Android's instrumentation protocol. */
internal class StatusListener(
    private val count: Int,
    private val send: (Int, Bundle) -> Unit,
) : RunListener() {
    private var current = 0
    private var ending = OK
    private var trace: String? = null

    override fun testStarted(description: Description) {
        current++
        ending = OK
        trace = null
        send(STARTED, status(description))
    }

    override fun testFailure(failure: Failure) {
        ending = FAILED
        trace = failure.trace
    }

    override fun testAssumptionFailure(failure: Failure) {
        ending = ASSUMPTION_FAILED
        trace = failure.trace
    }

    override fun testIgnored(description: Description) {
        current++
        trace = null
        send(STARTED, status(description))
        send(IGNORED, status(description))
    }

    override fun testFinished(description: Description) {
        send(ending, status(description))
    }

    private fun status(description: Description) =
        Bundle().apply {
            putString("id", "DeviceRunner")
            putInt("numtests", count)
            putInt("current", current)
            putString("class", description.className)
            putString("test", description.methodName)
            putString("stream", "\n${description.className}.${description.methodName}")
            trace?.let { putString("stack", it) }
        }

    private companion object {
        const val STARTED = 1
        const val OK = 0
        const val FAILED = -2
        const val IGNORED = -3
        const val ASSUMPTION_FAILED = -4
    }
}

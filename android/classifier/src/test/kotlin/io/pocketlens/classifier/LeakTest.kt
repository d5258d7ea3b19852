package io.pocketlens.classifier

import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.shadows.ShadowLog

/** A classifier that nobody closed is told in the log and its model is freed. */
@RunWith(RobolectricTestRunner::class)
class LeakTest {
    private fun lost(): Long {
        val handle = NativeCalls.open(TestFiles.demo.path, 1, 0, false, 0, "", 1.0)
        OpenPackage.opened(handle)
        return handle
    }

    private fun warnings() =
        ShadowLog.getLogsForTag("Pocketlens").count { it.msg.contains("mobilenetv2-openimages was never closed") }

    @Suppress("ExplicitGarbageCollectionCall") // what is tested happens when garbage is collected
    @Test
    fun isToldAndFreed() {
        NativeLibrary.load()
        Classifier.open(TestFiles.demo).close()
        val handle = lost()
        val end = System.nanoTime() + PATIENCE_NANOS
        while (warnings() == 0 && System.nanoTime() < end) {
            System.gc()
            Thread.sleep(PAUSE_MILLIS)
        }
        assertEquals("once, and not for the one that was closed", 1, warnings())
        val traces = ShadowLog.getLogsForTag("Pocketlens").map { it.throwable?.stackTraceToString().orEmpty() }
        assertTrue(traces.toString(), traces.any { "lost" in it })
        while (failure { NativeCalls.describe(handle) } == null && System.nanoTime() < end) Thread.sleep(1)
        assertEquals(ErrorCode.CLOSED, failure { NativeCalls.describe(handle) })
    }

    private companion object {
        const val PATIENCE_NANOS = 30_000_000_000L
        const val PAUSE_MILLIS = 20L
    }
}

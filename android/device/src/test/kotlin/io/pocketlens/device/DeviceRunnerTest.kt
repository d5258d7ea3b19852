package io.pocketlens.device

import android.os.Bundle
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.JUnitCore
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import java.io.File

/** The runner's own parts: that it misses no test class and reports what happened. */
@RunWith(RobolectricTestRunner::class)
class DeviceRunnerTest {
    @Test
    fun listsEveryTestClass() {
        val classes = File(System.getProperty("pocketlens.target").orEmpty(), "classes/io/pocketlens/device")
        val compiled =
            classes
                .list()
                .orEmpty()
                .map { it.removeSuffix(".class") }
                .filter { it.endsWith("Test") }
        assertEquals(compiled.sorted(), ALL_TESTS.map { it.simpleName })
    }

    @Test
    fun reportsSuccessAndFailureInAndroidsProtocol() {
        val sent = ArrayList<Pair<Int, Bundle>>()
        val core = JUnitCore()
        core.addListener(StatusListener(2) { code, bundle -> sent.add(code to bundle) })
        core.run(Mixed::class.java)
        val told = sent.map { (code, bundle) -> code to bundle.getString("test") }
        assertEquals(listOf(1 to "fails", -2 to "fails", 1 to "passes", 0 to "passes"), told)
        assertTrue(
            sent[1]
                .second
                .getString("stack")
                .orEmpty()
                .contains("on purpose"),
        )
        assertEquals(listOf(1, 1, 2, 2), sent.map { it.second.getInt("current") })
    }

    /** Run by the test above, not by Maven: its name does not end in Test. */
    @org.junit.FixMethodOrder(org.junit.runners.MethodSorters.NAME_ASCENDING)
    class Mixed {
        @Test
        fun fails(): Unit = throw AssertionError("on purpose")

        @Test
        fun passes() = Unit
    }
}

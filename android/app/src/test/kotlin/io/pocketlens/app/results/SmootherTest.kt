package io.pocketlens.app.results

import org.junit.Assert.assertArrayEquals
import org.junit.Assert.assertEquals
import org.junit.Assert.assertNotSame
import org.junit.Assert.assertTrue
import org.junit.Test
import kotlin.math.abs
import kotlin.math.exp

class SmootherTest {
    private val smoother = Smoother(timeConstantMs = 100.0, restartAfterMs = 1000)

    @Test
    fun takesTheFirstFrameAsItIs() {
        val first = floatArrayOf(.9f, .1f)
        val smoothed = smoother.add(first, atMs = 5)
        assertArrayEquals(first, smoothed, 0f)
        assertNotSame("a later frame must not change an answer that was given", smoothed, smoother.add(first, atMs = 6))
    }

    @Test
    fun movesByTheShareThatTimeHasEarned() {
        smoother.add(floatArrayOf(0f), atMs = 0)
        assertEquals((1 - exp(-0.5)).toFloat(), smoother.add(floatArrayOf(1f), atMs = 50)[0], 1e-6f)
    }

    @Test
    fun settlesEquallyFastAtEveryFrameRate() {
        val slow = Smoother(100.0, 1000)
        val fast = Smoother(100.0, 1000)
        slow.add(floatArrayOf(0f), 0)
        fast.add(floatArrayOf(0f), 0)
        val atOnce = slow.add(floatArrayOf(1f), 200)[0]
        val inSteps = (1..20).map { fast.add(floatArrayOf(1f), it * 10L)[0] }.last()
        assertEquals(atOnce, inSteps, 1e-5f)
    }

    @Test
    fun staysWithinTheValuesSeen() {
        smoother.add(floatArrayOf(.2f), 0)
        val values = (1..50).map { smoother.add(floatArrayOf(if (it % 2 == 0) .2f else .8f), it * 33L)[0] }
        assertTrue(values.all { it in .2f..(.8f) })
        assertTrue("still flickers: $values", values.takeLast(10).zipWithNext().all { (a, b) -> abs(a - b) < .2f })
    }

    @Test
    fun startsAnewAfterAGapAModelChangeAndARestart() {
        smoother.add(floatArrayOf(0f), 0)
        assertEquals("a long gap", 1f, smoother.add(floatArrayOf(1f), 1001)[0])
        assertEquals("another number of labels", 2, smoother.add(floatArrayOf(.5f, .5f), 1010).size)
        smoother.restart()
        assertEquals("asked to", .9f, smoother.add(floatArrayOf(.9f, 0f), 1020)[0])
        assertEquals("a clock that went back", .1f, smoother.add(floatArrayOf(.1f, 0f), 3)[0])
    }
}

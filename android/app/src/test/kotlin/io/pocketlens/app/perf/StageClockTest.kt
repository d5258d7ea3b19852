package io.pocketlens.app.perf

import io.pocketlens.classifier.Timings
import org.junit.Assert.assertEquals
import org.junit.Assert.assertNull
import org.junit.Test

class StageClockTest {
    private val clock = StageClock(capacity = 100)

    private fun add(
        inference: Double,
        atMs: Long = 0,
    ) = clock.add(Timings(0.0, 1.0, inference, 0.5), atMs)

    private fun assertSpread(
        stage: Stage,
        vararg expected: Double,
    ) = assertEquals(expected.asList(), clock.spread(stage)?.run { listOf(p50, p90, p99) })

    @Test
    fun saysNothingOfNothing() {
        assertNull(clock.spread(Stage.TOTAL))
        assertNull(clock.perSecond(0))
    }

    @Test
    fun percentilesAreMeasuredValues() {
        (1..100).shuffled(java.util.Random(1)).forEach { add(it.toDouble()) }
        assertSpread(Stage.INFERENCE, 50.0, 90.0, 99.0)
        assertSpread(Stage.TOTAL, 51.5, 91.5, 100.5)
    }

    @Test
    fun oneValueIsEveryPercentile() {
        add(7.0)
        assertSpread(Stage.INFERENCE, 7.0, 7.0, 7.0)
    }

    @Test
    fun onlyTheLastOnesCount() {
        repeat(150) { add(it.toDouble()) }
        assertEquals(100, clock.count)
        assertEquals(99.0, clock.spread(Stage.INFERENCE)?.p50)
    }

    @Test
    fun countsPicturesOfTheLastSeconds() {
        for (i in 0..100) add(1.0, i * 50L)
        assertEquals(20.0, clock.perSecond(5000) ?: 0.0, 1e-9)
        assertNull("a camera that has stopped", clock.perSecond(20_000))
    }

    @Test
    fun forgets() {
        add(1.0)
        clock.reset()
        assertNull(clock.spread(Stage.TOTAL))
    }
}

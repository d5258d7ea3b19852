package io.pocketlens.app.perf

import io.pocketlens.classifier.Timings

/** The 50th, 90th and 99th percentile of a stage in milliseconds. */
data class Spread(
    val p50: Double,
    val p90: Double,
    val p99: Double,
)

/** The steps from picture to answer. */
enum class Stage(
    internal val of: (Timings) -> Double,
) {
    DECODE({ it.decode }),
    PREPROCESS({ it.preprocess }),
    INFERENCE({ it.inference }),
    SCORES({ it.scores }),
    TOTAL({ it.total }),
}

/**
 * The timings of the last [capacity] pictures. Percentiles are nearest-rank: the smallest measured
 * value that at least that share of the values does not exceed. Safe to use from several threads.
 */
class StageClock(
    private val capacity: Int = 300,
) {
    private val timings = ArrayDeque<Timings>()
    private val moments = ArrayDeque<Long>()

    /** How many pictures the figures stand for. */
    val count: Int
        @Synchronized get() = timings.size

    /** One more picture, done at [atMs]. */
    @Synchronized
    fun add(
        timing: Timings,
        atMs: Long,
    ) {
        timings.addLast(timing)
        moments.addLast(atMs)
        if (timings.size > capacity) timings.removeFirst()
        while (moments.first() < atMs - RATE_WINDOW_MS) moments.removeFirst()
    }

    /** Forgets everything, e.g. because another model runs now. */
    @Synchronized
    fun reset() {
        timings.clear()
        moments.clear()
    }

    /** Null when nothing was measured. */
    @Synchronized
    fun spread(stage: Stage): Spread? {
        if (timings.isEmpty()) return null
        val sorted = timings.map(stage.of).sorted()
        return Spread(rank(sorted, 50), rank(sorted, 90), rank(sorted, 99))
    }

    /** Pictures a second over the last seconds before [nowMs]; null with fewer than two. */
    @Synchronized
    fun perSecond(nowMs: Long): Double? {
        val recent = moments.filter { it >= nowMs - RATE_WINDOW_MS }
        if (recent.size < 2 || recent.last() == recent.first()) return null
        return (recent.size - 1) * 1000.0 / (recent.last() - recent.first())
    }

    private fun rank(
        sorted: List<Double>,
        percent: Int,
    ): Double = sorted[(sorted.size * percent + 99) / 100 - 1]

    private companion object {
        const val RATE_WINDOW_MS = 3000L
    }
}

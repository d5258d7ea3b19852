package io.pocketlens.app.results

import kotlin.math.exp

/**
 * Smooths the raw probabilities of successive frames so that the answer does not flicker.
 *
 * Method: an exponential moving average over time, not over frames, so that a slow phone and a fast
 * one settle equally quickly. With time constant [timeConstantMs] = τ and Δt since the last frame,
 * every label's value moves to the new one by the share 1 − exp(−Δt/τ). The first frame is taken as
 * it is; so is one that follows a gap longer than [restartAfterMs], because the scene is another.
 * Thresholds and the headline rule are applied to the smoothed probabilities, never the other way
 * round. Used by one thread.
 */
class Smoother(
    private val timeConstantMs: Double = 350.0,
    private val restartAfterMs: Long = 1500,
) {
    private var values = FloatArray(0)
    private var lastMs = 0L

    /** The next scene begins: the next frame is taken as it is. */
    fun restart() {
        values = FloatArray(0)
    }

    /** Takes one frame's probabilities, read at [atMs]; returns a copy of the smoothed ones. */
    fun add(
        probabilities: FloatArray,
        atMs: Long,
    ): FloatArray {
        val elapsed = atMs - lastMs
        if (values.size != probabilities.size || elapsed > restartAfterMs || elapsed < 0) {
            values = probabilities.copyOf()
        } else {
            val share = (1.0 - exp(-elapsed / timeConstantMs)).toFloat()
            for (i in values.indices) values[i] += (probabilities[i] - values[i]) * share
        }
        lastMs = atMs
        return values.copyOf()
    }
}

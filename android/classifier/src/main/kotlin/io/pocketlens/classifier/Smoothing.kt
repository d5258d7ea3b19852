package io.pocketlens.classifier

import kotlin.math.exp

/**
 * Steadies the answers to successive frames: an exponential moving average over time, not over
 * frames, so that a slow phone and a fast one settle equally quickly. With time constant
 * [timeConstantMillis] = τ and Δt since the last frame, every raw probability moves to its new value
 * by the share 1 − exp(−Δt / τ). The first frame is taken as it is, and so is one after a gap of more
 * than [restartAfterMillis], because the scene is another. Thresholds and the headline's rule are
 * applied to the smoothed probabilities.
 */
public class Smoothing
    @JvmOverloads
    constructor(
        public val timeConstantMillis: Double = 350.0,
        public val restartAfterMillis: Double = 1500.0,
    )

/** The moving average itself; used by one thread at a time. */
internal class Smoother(
    private val how: Smoothing,
) {
    private var values = FloatArray(0)
    private var lastNanos = 0L

    /** Takes one frame's probabilities; returns a copy of the smoothed ones. */
    fun add(
        probabilities: FloatArray,
        atNanos: Long,
    ): FloatArray {
        val elapsed = (atNanos - lastNanos) / NANOS_PER_MILLI
        if (values.size != probabilities.size || elapsed > how.restartAfterMillis || elapsed < 0) {
            values = probabilities.copyOf()
        } else {
            val share = (1.0 - exp(-elapsed / how.timeConstantMillis)).toFloat()
            for (i in values.indices) values[i] += (probabilities[i] - values[i]) * share
        }
        lastNanos = atNanos
        return values.copyOf()
    }

    private companion object {
        const val NANOS_PER_MILLI = 1e6
    }
}

package io.pocketlens.classifier

import kotlin.math.exp

/**
 * Steadies the answers to successive frames: an exponential moving average over time, not over
 * frames, so that a slow phone and a fast one settle equally quickly. With time constant
 * [timeConstantMillis] = τ and Δt since the last frame, every raw probability, and every number of the
 * embedding by which taught labels are told, moves to its new value by the share 1 − exp(−Δt / τ). The
 * first frame is taken as it is, and so is one after a gap of more than [restartAfterMillis], because
 * the scene is another. Thresholds and the headline's rule are applied to what was smoothed.
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
    private val probabilities = Average()
    private val embedding = Average()
    private var lastNanos = 0L

    /** Takes what one frame gave; returns copies of the smoothed probabilities and embedding. */
    fun add(
        probabilities: FloatArray,
        embedding: FloatArray,
        atNanos: Long,
    ): Pair<FloatArray, FloatArray> {
        val elapsed = (atNanos - lastNanos) / NANOS_PER_MILLI
        lastNanos = atNanos
        val anew = elapsed > how.restartAfterMillis || elapsed < 0
        val share = if (anew) 1f else (1.0 - exp(-elapsed / how.timeConstantMillis)).toFloat()
        return Pair(this.probabilities.add(probabilities, share), this.embedding.add(embedding, share))
    }

    private class Average {
        private var values = FloatArray(0)

        fun add(
            newest: FloatArray,
            share: Float,
        ): FloatArray {
            if (values.size != newest.size || share == 1f) {
                values = newest.copyOf()
            } else {
                for (i in values.indices) values[i] += (newest[i] - values[i]) * share
            }
            return values.copyOf()
        }
    }

    private companion object {
        const val NANOS_PER_MILLI = 1e6
    }
}

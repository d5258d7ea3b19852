package io.pocketlens.classifier

/** Where a label's threshold comes from. The order is that of the native core. */
public enum class ThresholdStatus {
    /** Measured on enough pictures of this label. */
    CALIBRATED,

    /** Measured on the pictures of several labels together. */
    POOLED,

    /** Not measured: the default. */
    DEFAULT,

    /** The label is never shown. */
    SILENT,

    /** From the pictures that a label was taught with: a similarity, not a probability. */
    TAUGHT,
}

/**
 * One class of the model. [index] is its place in the model's output, [mid] its identifier
 * (`/m/01yrx`, or `own/name` for a class of one's own). [threshold] is the probability from which on
 * the label is sure, with the settings' strictness applied. Figures are null where none was measured.
 * [parents] and [children] are indices of labels in the same model.
 *
 * A label that was taught ([isTaught]) has an [index] from the number of the model's labels on, which
 * may change when labels are taught or removed: it is told by its [mid]. That of one which corrects a
 * label of the model is the model's own, and so are its parents.
 */
public data class Label(
    val index: Int,
    val mid: String,
    val name: String,
    val threshold: Float = UNMEASURED,
    val status: ThresholdStatus = ThresholdStatus.DEFAULT,
    val precision: Float? = null,
    val recall: Float? = null,
    val f1: Float? = null,
    val support: Int? = null,
    val parents: List<Int> = emptyList(),
    val children: List<Int> = emptyList(),
) {
    /** Whether somebody has taught it; the model's own labels are not. */
    public val isTaught: Boolean get() = status == ThresholdStatus.TAUGHT

    private companion object {
        const val UNMEASURED = 0.5f
    }
}

/**
 * A label with what the model says of it. [probability] is the model's raw output, of a taught label
 * its similarity (0 to 1); [score] is rescaled so that 0.5 is exactly as sure as the threshold asks.
 */
public data class ScoredLabel(
    val label: Label,
    val score: Float,
    val probability: Float,
) {
    /** Whether the score reaches the label's threshold. */
    public val isSure: Boolean get() = score >= SURE

    private companion object {
        const val SURE = 0.5f
    }
}

/** What one classification took, in milliseconds. [decode] is 0 for pictures that needed none. */
public data class Timings
    @JvmOverloads
    constructor(
        val decode: Double = 0.0,
        val preprocess: Double = 0.0,
        val inference: Double = 0.0,
        val scores: Double = 0.0,
    ) {
        /** The sum of all steps. */
        public val total: Double get() = decode + preprocess + inference + scores
    }

/**
 * What was seen. [labels] are the best ones, best first; [headline] is the most specific label that
 * is sure, or null: the model is not sure of anything. [guess] is the most specific label below the
 * headline that keeps enough of its probability ("Animal, probably a lizard"), as the package says
 * how much, or null.
 * [probabilities] is the model's raw output in label order, [embedding] the picture's vector by which
 * taught labels are told (empty: the package has none). [familiarity] is how like the things that the
 * model's labels are for the picture is, 0.5 at the package's threshold: below that it shows none of them
 * and only a taught label can be the headline; null where the package does not say what they look like.
 */
public class Classification
    @JvmOverloads
    constructor(
        public val labels: List<ScoredLabel>,
        public val headline: ScoredLabel?,
        public val probabilities: FloatArray,
        public val guess: ScoredLabel? = null,
        public val timings: Timings = Timings(),
        public val embedding: FloatArray = FloatArray(0),
        public val familiarity: Float? = null,
    )

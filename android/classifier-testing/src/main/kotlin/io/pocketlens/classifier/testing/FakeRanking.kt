package io.pocketlens.classifier.testing

import io.pocketlens.classifier.Classification
import io.pocketlens.classifier.ClassifierException
import io.pocketlens.classifier.ClassifyOptions
import io.pocketlens.classifier.ErrorCode
import io.pocketlens.classifier.Label
import io.pocketlens.classifier.ScoredLabel
import io.pocketlens.classifier.ThresholdStatus
import io.pocketlens.classifier.Timings

/** What the native core makes of [probabilities] (`jni/core/scores.cc`); the same, as its test shows. */
internal class FakeRanking(
    labels: List<Label>,
    private val probabilities: FloatArray,
    private val guessShare: Float,
) {
    /** All labels in output order. */
    val scored: List<ScoredLabel>

    init {
        if (probabilities.size != labels.size) {
            throw ClassifierException(
                ErrorCode.OUTPUT_MISMATCH,
                "There are ${probabilities.size} probabilities for ${labels.size} labels.",
            )
        }
        val broken = probabilities.firstOrNull { !(it >= -ROUNDING && it <= 1 + ROUNDING) }
        if (broken != null) {
            throw ClassifierException(ErrorCode.SCORE_NOT_FINITE, "The output $broken is no probability.")
        }
        scored = labels.map { ScoredLabel(it, score(probabilities[it.index], it.threshold), probabilities[it.index]) }
    }

    fun classification(
        options: ClassifyOptions,
        timings: Timings,
    ): Classification {
        choose(options)
        val best = scored.filter { canSpeak(it) }.sortedByDescending { it.score }
        val headline = headline()
        return Classification(
            labels = best.take(options.topK.coerceAtLeast(0)),
            headline = headline,
            probabilities = probabilities,
            guess = headline?.let { below(it, guessShare * it.probability, ::canSpeak) },
            timings = timings,
        )
    }

    private fun headline(): ScoredLabel? {
        val roots = scored.filter { isSure(it) && it.label.parents.none { parent -> isSure(scored[parent]) } }
        val root = roots.maxByOrNull { it.score } ?: return null
        return below(root, null, ::isSure) ?: root
    }

    /** The last label that [counts] on the way down by the likeliest child, each with [least] or a part of the last. */
    private fun below(
        from: ScoredLabel,
        least: Float?,
        counts: (ScoredLabel) -> Boolean,
    ): ScoredLabel? {
        var at = from
        var found: ScoredLabel? = null
        repeat(scored.size) {
            val bound = least ?: (CHILD_SHARE * at.probability)
            at = at.label.children
                .map { scored[it] }
                .filter { it.probability >= bound }
                .maxByOrNull { it.probability } ?: return found
            if (at == from) return found
            if (counts(at)) found = at
        }
        return found
    }

    private fun choose(options: ClassifyOptions) {
        if (!(options.leastScore >= 0 && options.leastScore <= 1)) {
            throw ClassifierException(ErrorCode.BAD_SETTINGS, "The least score is ${options.leastScore}.")
        }
        val known = scored.flatMap { listOf(it.label.mid, it.label.name) }.toSet()
        val unknown = (options.allow + options.deny).firstOrNull { it !in known }
        if (unknown != null) throw ClassifierException(ErrorCode.UNKNOWN_LABEL, "There is no label $unknown.")
        nameable = { scored -> isChosen(scored, options) }
    }

    private fun isChosen(
        scored: ScoredLabel,
        options: ClassifyOptions,
    ): Boolean {
        fun List<String>.has() = scored.label.mid in this || scored.label.name in this
        val allowed = options.allow.isEmpty() || options.allow.has()
        return allowed && !options.deny.has() && scored.score >= options.leastScore
    }

    private var nameable: (ScoredLabel) -> Boolean = { true }

    private fun canSpeak(label: ScoredLabel) = label.label.status != ThresholdStatus.SILENT && nameable(label)

    private fun isSure(label: ScoredLabel) = canSpeak(label) && label.isSure

    private fun score(
        probability: Float,
        threshold: Float,
    ): Float {
        val p = probability.coerceIn(0f, 1f)
        return if (p < threshold) p / threshold * SURE else (p - threshold) / (1 - threshold) * SURE + SURE
    }

    private companion object {
        const val SURE = 0.5f
        const val CHILD_SHARE = 0.9f
        const val ROUNDING = 1e-3f
    }
}

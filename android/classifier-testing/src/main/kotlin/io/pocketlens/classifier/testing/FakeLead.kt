package io.pocketlens.classifier.testing

import io.pocketlens.classifier.Classification
import io.pocketlens.classifier.ClassifyOptions
import io.pocketlens.classifier.Label
import io.pocketlens.classifier.ScoredLabel
import io.pocketlens.classifier.TaughtLabel
import io.pocketlens.classifier.ThresholdStatus

/** Puts taught labels into an answer as the native core does (`LeadWithTaught`), by the scores a test tells. */
internal class FakeLead(
    private val model: List<Label>,
    private val taught: List<TaughtLabel>,
    private val scores: Map<String, Float>,
) {
    fun over(
        seen: Classification,
        options: ClassifyOptions,
    ): Classification {
        val matches = taught.mapIndexed(::scored).filter { it.score >= options.leastScore }
        val best = matches.maxByOrNull { it.score }?.takeIf { it.isSure }
        val labels = seen.labels.toMutableList()
        for (match in matches) {
            val place = labels.indexOfFirst { it.label.mid == match.label.mid }
            if (place < 0) {
                labels.add(match)
            } else if (match.score > labels[place].score) {
                labels[place] = match
            }
        }
        return Classification(
            labels = labels.sortedByDescending { it.score }.take(options.topK.coerceAtLeast(0)),
            headline = best ?: seen.headline,
            probabilities = seen.probabilities,
            guess = seen.guess.takeIf { best == null },
            timings = seen.timings,
            embedding = seen.embedding,
            familiarity = seen.familiarity,
        )
    }

    private fun scored(
        place: Int,
        label: TaughtLabel,
    ): ScoredLabel {
        val corrected = model.firstOrNull { it.mid == label.mid }
        val score = scores[label.name] ?: 0f
        return ScoredLabel(
            Label(
                index = model.size + place,
                mid = label.mid,
                name = label.name,
                threshold = label.threshold,
                status = ThresholdStatus.TAUGHT,
                parents = corrected?.parents.orEmpty(),
                children = corrected?.children.orEmpty(),
            ),
            score,
            score * label.threshold * 2,
        )
    }
}

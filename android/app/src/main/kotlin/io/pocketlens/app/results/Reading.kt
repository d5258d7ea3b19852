package io.pocketlens.app.results

import io.pocketlens.app.model.LoadedModel
import io.pocketlens.classifier.Classification
import io.pocketlens.classifier.ScoredLabel

/** A headline, and what it probably is more exactly where the model has a guess. */
class Headline(
    val sure: ScoredLabel,
    val guess: ScoredLabel?,
)

/** What the model says of a picture. */
class Reading(
    val model: LoadedModel,
    /** The best labels, best first; more than a screen lists. */
    val labels: List<ScoredLabel>,
    /** Null: not sure. */
    val headline: Headline?,
) {
    companion object {
        /** So many labels are asked for: enough to list ten beside the headline's own ancestors. */
        const val LABELS_ASKED = 40

        fun of(
            model: LoadedModel,
            result: Classification,
        ) = Reading(model, result.labels, result.headline?.let { Headline(it, result.guess) })
    }
}

package io.pocketlens.app.answer

import io.pocketlens.app.model.ModelState
import io.pocketlens.app.results.Reading
import io.pocketlens.classifier.ScoredLabel

/** Turns readings into what is shown. */
object Answers {
    /** The answer for what [model] has [reading] of so far, with up to [count] other things. */
    fun of(
        model: ModelState,
        reading: Reading?,
        count: Int,
    ): Answer =
        when {
            reading != null -> of(reading, count)
            model is ModelState.Loading -> Answer.Preparing
            else -> Answer.Looking
        }

    fun of(
        reading: Reading,
        count: Int,
    ): Answer.Given {
        val headline = reading.headline ?: return Answer.Unsure(reading.labels.take(count).map { scored(reading, it) })
        val model = reading.model
        val place = model.place(headline.sure.label)
        val said =
            listOfNotNull(place, headline.guess?.label?.let(model::place))
                .flatMap { model.paths.ancestors(it) + it }
                .toSet() + headline.sure.label.index
        val others = reading.labels.filter { it.label.index !in said }.take(count)
        return Answer.Sure(
            scored(reading, headline.sure),
            place
                ?.let(model.paths::path)
                .orEmpty()
                .map(model.names::get),
            headline.guess?.let { scored(reading, it) },
            others.map { scored(reading, it) },
        )
    }

    private fun scored(
        reading: Reading,
        label: ScoredLabel,
    ) = Scored(label.label.index, reading.model.name(label.label), label.score, label.isSure, label.label.isTaught)
}

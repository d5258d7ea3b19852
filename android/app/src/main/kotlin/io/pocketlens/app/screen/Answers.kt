package io.pocketlens.app.screen

import io.pocketlens.app.results.Reading
import io.pocketlens.classifier.Label
import io.pocketlens.classifier.ScoredLabel

/** What a label's own sheet shows. */
class LabelDetail(
    val label: Label,
    val name: String,
    /** Null when the label is not among those listed now. */
    val scored: ScoredLabel?,
    /** From a root to the label itself, one or more ways. */
    val paths: List<List<String>>,
    val children: List<String>,
)

/** What lies over the main screen. */
sealed interface OpenSheet {
    class Label(
        val detail: LabelDetail,
    ) : OpenSheet

    data object Performance : OpenSheet
}

/** Turns readings into what is shown. */
object Answers {
    fun of(reading: Reading?): Answer {
        val rows = reading?.labels?.map { row(reading, it) } ?: return Answer.Looking
        val headline = reading.headline ?: return Answer.Unsure(rows)
        val ancestors = reading.loaded.paths.ancestors(headline.label.index)
        return Answer.Sure(row(reading, headline), ancestors.map(reading.loaded.names::get), rows)
    }

    fun detail(
        reading: Reading,
        index: Int,
    ): LabelDetail? {
        val label =
            reading.loaded.model.labels
                .getOrNull(index) ?: return null
        val names = reading.loaded.names
        return LabelDetail(
            label = label,
            name = names[index],
            scored = (reading.labels + listOfNotNull(reading.headline)).firstOrNull { it.label.index == index },
            paths =
                reading.loaded.paths
                    .pathsTo(index)
                    .map { path -> path.map(names::get) },
            children = label.children.map(names::get).sorted(),
        )
    }

    private fun row(
        reading: Reading,
        label: ScoredLabel,
    ) = Row(label.label.index, reading.loaded.names[label.label.index], label.score, label.isSure)
}

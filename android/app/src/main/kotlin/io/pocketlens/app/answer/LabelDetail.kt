package io.pocketlens.app.answer

import androidx.compose.ui.semantics.getOrNull
import io.pocketlens.app.results.Reading
import io.pocketlens.classifier.Label
import io.pocketlens.classifier.ScoredLabel

/** What a label's own sheet shows. */
data class LabelDetail(
    val label: Label,
    val name: String,
    /** Null when the label is not among the best ones now. */
    val scored: ScoredLabel?,
    /** From a root to the label itself, one or more ways. */
    val paths: List<List<String>>,
    val children: List<String>,
) {
    companion object {
        /** Null when [reading]'s model has no such label. */
        fun of(
            reading: Reading,
            index: Int,
        ): LabelDetail? {
            val model = reading.model
            val known = reading.labels + listOfNotNull(reading.headline?.sure, reading.headline?.guess)
            val scored = known.firstOrNull { it.label.index == index }
            val label = model.info.labels.getOrNull(index) ?: scored?.label ?: return null
            return LabelDetail(
                label = label,
                name = model.name(label),
                scored = scored,
                paths =
                    model
                        .place(label)
                        ?.let(model.paths::pathsTo)
                        .orEmpty()
                        .map { path -> path.map(model.names::get) },
                children = label.children.map(model.names::get).sorted(),
            )
        }
    }
}

package io.pocketlens.app.model

import io.pocketlens.app.results.LabelPaths
import io.pocketlens.classifier.Classifier
import io.pocketlens.classifier.ClassifierException
import io.pocketlens.classifier.ClassifierSettings
import io.pocketlens.classifier.Label
import io.pocketlens.classifier.ModelInfo
import java.io.File

/** An open model with what the screen needs to show its answers. */
class LoadedModel(
    val classifier: Classifier,
    val run: ClassifierSettings,
    /** Whether the user brought it in. */
    val imported: Boolean,
    /** Of [names]. */
    val language: String,
    /** In output order. */
    val names: List<String>,
) {
    val info: ModelInfo get() = classifier.model
    val paths = LabelPaths(info.labels)

    /** What is shown for a label: its name in the language, or as it was taught. */
    fun name(label: Label): String = if (label.isTaught) label.name else names[label.index]

    /** The place of the model's own label that [label] is or corrects; null: it is a thing of the user's own. */
    fun place(label: Label): Int? =
        if (label.isTaught) info.labels.firstOrNull { it.mid == label.mid }?.index else label.index
}

/** Whether there is a model to ask. */
sealed interface ModelState {
    data object Loading : ModelState

    class Ready(
        val model: LoadedModel,
    ) : ModelState

    class Failed(
        val error: ClassifierException,
        val imported: Boolean,
    ) : ModelState
}

/** Opens packages. Takes a while: not for the main thread. */
fun interface ModelOpener {
    /** Opens an imported package, or the one that came with the app where [archive] is null. */
    fun open(
        archive: File?,
        settings: ClassifierSettings,
    ): Classifier
}

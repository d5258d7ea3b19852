package io.pocketlens.app.engine

import io.pocketlens.classifier.ClassifierSettings
import io.pocketlens.classifier.Label
import io.pocketlens.classifier.Photo
import io.pocketlens.classifier.ScoredLabel
import io.pocketlens.classifier.Timings
import io.pocketlens.classifier.YuvFrame
import java.io.Closeable
import java.io.File

/** What a package says of itself. [languages] are those of its label names, besides English. */
class ModelFacts(
    val name: String,
    val title: String,
    val version: String,
    val runtimeVersion: String,
    val weights: String,
    val languages: List<String>,
    val labels: List<Label>,
)

/** One picture's raw outputs, one per label, and where the time went. */
class Outputs(
    val probabilities: FloatArray,
    val timings: Timings,
)

/** What probabilities mean under the package's tables. No headline: not sure. */
class Ranking(
    val labels: List<ScoredLabel>,
    val headline: ScoredLabel?,
)

/**
 * One opened package, as the app needs it: the classifier library, or a fake in its place. Safe to use
 * from several threads; its owner closes it. Calls fail with
 * [io.pocketlens.classifier.ClassifierException].
 */
interface Engine : Closeable {
    val model: ModelFacts

    fun classify(frame: YuvFrame): Outputs

    fun classify(photo: Photo): Outputs

    /** The [top] best labels and the headline for smoothed [probabilities]. */
    fun rank(
        probabilities: FloatArray,
        top: Int,
    ): Ranking

    /** The labels' names in one of [ModelFacts.languages], in output order. */
    fun names(language: String): List<String>
}

/** Opens packages. Takes a while: not for the main thread. */
fun interface EngineOpener {
    /** Opens an imported package, or the one that came with the app where [archive] is null. */
    fun open(
        archive: File?,
        settings: ClassifierSettings,
    ): Engine
}

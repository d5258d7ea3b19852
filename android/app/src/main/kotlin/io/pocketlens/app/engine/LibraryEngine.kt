package io.pocketlens.app.engine

import android.content.Context
import io.pocketlens.classifier.Classification
import io.pocketlens.classifier.Classifier
import io.pocketlens.classifier.ClassifierException
import io.pocketlens.classifier.ClassifierSettings
import io.pocketlens.classifier.ClassifyOptions
import io.pocketlens.classifier.ErrorCode
import io.pocketlens.classifier.Photo
import io.pocketlens.classifier.YuvFrame
import java.io.File

/** The classifier library as an [Engine]. */
class LibraryEngine(
    private val classifier: Classifier,
) : Engine {
    override val model: ModelFacts =
        with(classifier.model) {
            ModelFacts(name, title, version, runtimeVersion, weights, languages, labels)
        }

    override fun classify(frame: YuvFrame): Outputs = outputs(classifier.classify(frame, ClassifyOptions(0)))

    override fun classify(photo: Photo): Outputs = outputs(classifier.classify(photo, ClassifyOptions(0)))

    override fun rank(
        probabilities: FloatArray,
        top: Int,
    ): Ranking = classifier.rank(probabilities, ClassifyOptions(top)).let { Ranking(it.labels, it.headline) }

    override fun names(language: String): List<String> = classifier.names(language)

    override fun close() = classifier.close()

    private fun outputs(result: Classification) = Outputs(result.probabilities, result.timings)
}

/** Opens packages with the classifier library. */
class LibraryOpener(
    private val context: Context,
) : EngineOpener {
    override fun open(
        archive: File?,
        settings: ClassifierSettings,
    ): Engine {
        val classifier =
            if (archive == null) {
                Classifier.openAsset(context, builtIn(), settings)
            } else {
                Classifier.open(archive, settings)
            }
        return LibraryEngine(classifier)
    }

    private fun builtIn(): String {
        val found =
            context.assets
                .list(FOLDER)
                .orEmpty()
                .sorted()
                .firstOrNull { it.endsWith(".zip") }
        return found?.let { "$FOLDER/$it" } ?: throw ClassifierException(
            ErrorCode.MISSING_FILE,
            "This app was built without a model package. Import one, or install a build that has one.",
        )
    }

    private companion object {
        const val FOLDER = "packages"
    }
}

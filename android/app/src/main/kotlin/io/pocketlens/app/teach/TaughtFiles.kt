package io.pocketlens.app.teach

import io.pocketlens.app.ui.ErrorDetails
import io.pocketlens.app.ui.Trouble
import io.pocketlens.classifier.Classifier
import io.pocketlens.classifier.ClassifierException
import io.pocketlens.classifier.ErrorCode
import io.pocketlens.classifier.TaughtLabels
import java.io.File

/**
 * Where taught things lie: a folder for each embedding that things were taught with, so that another
 * model does not lose them, with the `.taught` file and the small views of its pictures.
 */
class TaughtFiles(
    private val root: () -> File,
) {
    /** A set that is open, and where it is kept. */
    class Found(
        val set: TaughtLabels,
        val home: File,
        /** What another file could not be read for. */
        val damaged: ErrorDetails?,
    )

    /** The set that belongs to [classifier], or a new one: fails where that cannot be taught. */
    fun open(classifier: Classifier): Found {
        var damaged: ErrorDetails? = null
        for (home in homes()) {
            try {
                return Found(classifier.openTaughtLabels(file(home)), home, damaged)
            } catch (error: ClassifierException) {
                when (error.code) {
                    ErrorCode.OTHER_EMBEDDING -> Unit // another model's
                    ErrorCode.NO_EMBEDDING, ErrorCode.CLOSED -> throw error
                    else -> damaged = Trouble.details(error)
                }
            }
        }
        return Found(classifier.newTaughtLabels(), unused(), damaged)
    }

    /** Keeps [set], whole or not at all. */
    fun save(
        set: TaughtLabels,
        home: File,
    ) {
        home.mkdirs()
        set.save(file(home))
    }

    /** Where the small view of a picture is. */
    fun view(
        home: File,
        id: String,
    ) = File(home, id + VIEW)

    /** Removes the small views of pictures that are no longer in [set]. */
    fun tidy(
        set: TaughtLabels,
        home: File,
    ) {
        val known = set.list().flatMap { it.pictures }.toSet()
        home
            .listFiles { file -> file.name.endsWith(VIEW) && file.name.removeSuffix(VIEW) !in known }
            .orEmpty()
            .forEach { it.delete() }
    }

    private fun homes(): List<File> =
        root().listFiles { home -> file(home).isFile }.orEmpty().sortedBy { it.name.toIntOrNull() ?: Int.MAX_VALUE }

    private fun unused(): File = generateSequence(1) { it + 1 }.map { File(root(), "$it") }.first { !it.exists() }

    private fun file(home: File) = File(home, "mine.taught")

    private companion object {
        const val VIEW = ".jpg"
    }
}

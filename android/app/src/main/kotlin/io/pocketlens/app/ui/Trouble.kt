package io.pocketlens.app.ui

import io.pocketlens.app.camera.CameraTrouble
import io.pocketlens.app.model.ModelState
import io.pocketlens.classifier.ClassifierException
import io.pocketlens.classifier.Photo

/** A failure that takes the screen. */
sealed interface Trouble {
    data class Camera(
        val trouble: CameraTrouble,
    ) : Trouble

    /** The model could not be opened or run. [imported]: it is one the user brought in. */
    data class Model(
        val details: ErrorDetails,
        val imported: Boolean,
    ) : Trouble

    /** The photo could not be read. */
    data class Photo(
        val details: ErrorDetails,
    ) : Trouble

    companion object {
        fun of(failed: ModelState.Failed) = Model(details(failed.error), failed.imported)

        fun of(photo: ClassifierException) = Photo(details(photo))

        fun details(error: ClassifierException) = ErrorDetails(error.code, error.message.orEmpty())
    }
}

/** What helps against a [Trouble]. */
interface TroubleActions {
    fun retry()

    fun useBuiltIn()

    fun chooseModel()

    fun choosePhoto()

    fun backToCamera()
}

package io.pocketlens.app.teach

import io.pocketlens.app.ui.ErrorDetails
import java.io.File

/** What the user has taught the model that is open. */
sealed interface Taught {
    /** No model has been opened yet. */
    data object Waiting : Taught

    /** The model cannot be taught. */
    data class Cannot(
        val details: ErrorDetails,
    ) : Taught

    /** [damaged] is what a file of earlier things could not be read for; it stays where it is. */
    data class Known(
        val things: List<TaughtThing>,
        val damaged: ErrorDetails? = null,
    ) : Taught
}

/** One thing that was taught. */
data class TaughtThing(
    /** `own/slug`, or the MID of the model's label that it corrects. */
    val mid: String,
    val name: String,
    /** The oldest first. */
    val shots: List<TaughtShot>,
)

/** A picture of a thing: the small view of it may be missing, as for things that came from elsewhere. */
data class TaughtShot(
    val id: String,
    val picture: File,
)

package io.pocketlens.app.teach

import io.pocketlens.app.AppGraph
import io.pocketlens.app.model.ModelState
import io.pocketlens.app.ui.ErrorDetails
import io.pocketlens.app.ui.Trouble
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.combine
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

/** What was taught, once the model is open as well: one that does not work cannot be taught. */
fun AppGraph.taughtNow(): Flow<Taught> =
    combine(models.state, taught.state) { model, taught ->
        when {
            model is ModelState.Failed -> Taught.Cannot(Trouble.details(model.error))
            model is ModelState.Loading -> Taught.Waiting
            else -> taught
        }
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

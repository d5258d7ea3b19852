package io.pocketlens.app.teach

import androidx.lifecycle.SavedStateHandle
import androidx.lifecycle.ViewModel
import androidx.lifecycle.viewModelScope
import io.pocketlens.app.AppGraph
import io.pocketlens.app.ui.ErrorDetails
import io.pocketlens.app.ui.Failure
import io.pocketlens.app.ui.Removed
import io.pocketlens.classifier.ClassifierException
import io.pocketlens.classifier.ErrorCode
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.SharingStarted
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.combine
import kotlinx.coroutines.flow.stateIn
import kotlinx.coroutines.flow.update
import kotlinx.coroutines.launch

/** Everything the screen of taught things shows. */
data class TaughtUiState(
    /** Null while the model loads. */
    val things: List<TaughtThing>? = null,
    /** Why there is nothing: the model cannot be taught, or does not work. */
    val refused: ErrorDetails? = null,
    /** An earlier file that could not be read. */
    val damaged: ErrorDetails? = null,
    val renaming: Renaming? = null,
    /** What was removed last and can be taken back. */
    val removed: Removed? = null,
    /** Why the last wish was not granted. */
    val failure: Failure? = null,
)

/** A thing that gets another name, and what has been typed so far. */
data class Renaming(
    val mid: String,
    val name: String,
    val error: ErrorCode? = null,
)

/** What was taught: look, rename, remove, take back. */
class TaughtViewModel(
    graph: AppGraph,
    private val saved: SavedStateHandle,
) : ViewModel() {
    private val store = graph.taught
    private val removed = MutableStateFlow<Removed?>(null)
    private val failure = MutableStateFlow<Failure?>(null)
    private val renameError = MutableStateFlow<ErrorCode?>(null)
    private var turns = 0

    private val renaming =
        combine(saved.getStateFlow<String?>(MID, null), saved.getStateFlow(NAME, ""), renameError) { mid, name, error ->
            mid?.let { Renaming(it, name, error) }
        }

    val uiState: StateFlow<TaughtUiState> =
        combine(graph.taughtNow(), renaming, removed, failure) { taught, renaming, removed, failure ->
            when (taught) {
                is Taught.Waiting -> TaughtUiState()
                is Taught.Cannot -> TaughtUiState(refused = taught.details)
                is Taught.Known -> TaughtUiState(taught.things, null, taught.damaged, renaming, removed, failure)
            }
        }.stateIn(viewModelScope, SharingStarted.Eagerly, TaughtUiState())

    /** Asks for another name; null: no longer. */
    fun askToRename(thing: TaughtThing?) {
        renameError.value = null
        saved[NAME] = thing?.name.orEmpty()
        saved[MID] = thing?.mid
    }

    fun typeName(name: String) {
        renameError.value = null
        saved[NAME] = name
    }

    fun rename() {
        val mid = saved.get<String>(MID) ?: return
        val name = saved.get<String>(NAME).orEmpty().trim()
        viewModelScope.launch {
            try {
                store.rename(mid, name)
                askToRename(null)
            } catch (failure: ClassifierException) {
                renameError.value = failure.code
            }
        }
    }

    fun remove(thing: TaughtThing) = carry(Removed(thing.name, whole = true, ++turns), { store.remove(thing.mid) })

    fun removeShot(
        thing: TaughtThing,
        shot: TaughtShot,
    ) = carry(Removed(thing.name, thing.shots.size == 1, ++turns), { store.removeShots(thing.mid, listOf(shot.id)) })

    /** Takes the removal back; where that fails, it can be tried again. */
    fun undo() = carry(null, store::undo) { removed.update { it?.copy(turn = ++turns) } }

    /** Nobody takes it back any more. */
    fun forgetRemoved() {
        removed.value = null
    }

    private fun carry(
        after: Removed?,
        change: suspend () -> Unit,
        onFailure: () -> Unit = {},
    ) {
        viewModelScope.launch {
            try {
                change()
                failure.value = null
                removed.value = after
            } catch (error: ClassifierException) {
                failure.value = Failure(error.code.ofTeaching(), ++turns)
                onFailure()
            }
        }
    }

    private companion object {
        const val MID = "renaming"
        const val NAME = "new-name"
    }
}

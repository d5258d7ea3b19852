package io.pocketlens.app.history

import androidx.lifecycle.SavedStateHandle
import androidx.lifecycle.ViewModel
import androidx.lifecycle.viewModelScope
import io.pocketlens.app.AppGraph
import io.pocketlens.app.R
import io.pocketlens.app.ui.Failure
import io.pocketlens.app.ui.Removed
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.SharingStarted
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.combine
import kotlinx.coroutines.flow.stateIn
import kotlinx.coroutines.flow.update
import kotlinx.coroutines.launch

/** Everything the history screen shows; [entries] is null while they are looked for. */
data class HistoryUiState(
    val entries: List<HistoryEntry>? = null,
    /** Whether erasing everything is to be confirmed. */
    val asksToClear: Boolean = false,
    /** The one that is looked at. */
    val shown: HistoryEntry? = null,
    /** What was removed last and can be taken back. */
    val removed: Removed? = null,
    val failure: Failure? = null,
)

/** The saved answers. */
class HistoryViewModel(
    graph: AppGraph,
    private val saved: SavedStateHandle,
) : ViewModel() {
    private val history = graph.history
    private val removed = MutableStateFlow<Removed?>(null)
    private val failure = MutableStateFlow<Failure?>(null)
    private var last: RemovedEntry? = null
    private var turns = 0

    val uiState: StateFlow<HistoryUiState> =
        combine(
            history.entries,
            saved.getStateFlow(ASKS, false),
            saved.getStateFlow<String?>(SHOWN, null),
            removed,
            failure,
        ) { entries, asks, shown, removed, failure ->
            HistoryUiState(entries, asks, entries.firstOrNull { it.id == shown }, removed, failure)
        }.stateIn(viewModelScope, SharingStarted.Eagerly, HistoryUiState())

    /** Looks at one of them; null: no longer. */
    fun show(entry: HistoryEntry?) = saved.set(SHOWN, entry?.id)

    fun remove(entry: HistoryEntry) {
        show(null)
        viewModelScope.launch {
            last = history.remove(entry.id)
            removed.value = last?.let { Removed(entry.title, whole = true, ++turns) }
        }
    }

    /** Takes the removal back; where there is no room, it can be tried again. */
    fun undo() {
        val entry = last ?: return
        viewModelScope.launch {
            if (history.putBack(entry)) {
                forgetRemoved()
            } else {
                failure.value = Failure(R.string.error_cannot_write, ++turns)
                removed.update { it?.copy(turn = ++turns) }
            }
        }
    }

    /** Nobody takes it back any more. */
    fun forgetRemoved() {
        last = null
        removed.value = null
    }

    fun askToClear(asks: Boolean) = saved.set(ASKS, asks)

    fun clear() {
        askToClear(false)
        forgetRemoved()
        viewModelScope.launch { history.clear() }
    }

    private companion object {
        const val ASKS = "asks-to-clear"
        const val SHOWN = "shown"
    }
}

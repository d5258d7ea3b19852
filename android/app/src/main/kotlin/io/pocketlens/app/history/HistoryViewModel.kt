package io.pocketlens.app.history

import androidx.lifecycle.SavedStateHandle
import androidx.lifecycle.ViewModel
import androidx.lifecycle.viewModelScope
import io.pocketlens.app.AppGraph
import kotlinx.coroutines.flow.SharingStarted
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.combine
import kotlinx.coroutines.flow.stateIn
import kotlinx.coroutines.launch

/** Everything the history screen shows; [entries] is null while they are looked for. */
data class HistoryUiState(
    val entries: List<HistoryEntry>? = null,
    /** Whether erasing everything is to be confirmed. */
    val asksToClear: Boolean = false,
    /** The one that is looked at. */
    val shown: HistoryEntry? = null,
)

/** The saved answers. */
class HistoryViewModel(
    graph: AppGraph,
    private val saved: SavedStateHandle,
) : ViewModel() {
    private val history = graph.history

    val uiState: StateFlow<HistoryUiState> =
        combine(
            history.entries,
            saved.getStateFlow(ASKS, false),
            saved.getStateFlow<String?>(SHOWN, null),
        ) { entries, asks, shown -> HistoryUiState(entries, asks, entries.firstOrNull { it.id == shown }) }
            .stateIn(viewModelScope, SharingStarted.Eagerly, HistoryUiState())

    /** Looks at one of them; null: no longer. */
    fun show(entry: HistoryEntry?) = saved.set(SHOWN, entry?.id)

    fun remove(entry: HistoryEntry) {
        viewModelScope.launch { history.remove(entry.id) }
    }

    fun askToClear(asks: Boolean) = saved.set(ASKS, asks)

    fun clear() {
        askToClear(false)
        viewModelScope.launch { history.clear() }
    }

    private companion object {
        const val ASKS = "asks-to-clear"
        const val SHOWN = "shown"
    }
}

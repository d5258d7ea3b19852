package io.pocketlens.app.settings

import androidx.lifecycle.SavedStateHandle
import androidx.lifecycle.ViewModel
import androidx.lifecycle.viewModelScope
import io.pocketlens.app.AppGraph
import io.pocketlens.classifier.ClassifierException
import io.pocketlens.classifier.StoredPackage
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.SharingStarted
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.combine
import kotlinx.coroutines.flow.stateIn
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext

/** Everything the settings screen shows. */
data class SettingsUiState(
    val settings: UserSettings = UserSettings(),
    /** Whether [settings] have been read. */
    val isReady: Boolean = false,
    /** Null while they are looked for. */
    val models: List<StoredPackage>? = null,
    /** What the built-in model says of itself. */
    val builtIn: String? = null,
    /** The model whose removal is to be confirmed. */
    val removing: StoredPackage? = null,
)

/** The settings screen. */
class SettingsViewModel(
    private val graph: AppGraph,
    private val saved: SavedStateHandle,
) : ViewModel() {
    private val models = MutableStateFlow<List<StoredPackage>?>(null)
    private val builtIn = MutableStateFlow<String?>(null)
    private val removing = saved.getStateFlow<String?>(REMOVING, null)

    val uiState: StateFlow<SettingsUiState> =
        combine(graph.settings.settings, models, builtIn, removing) { settings, models, builtIn, removing ->
            SettingsUiState(settings, true, models, builtIn, models?.firstOrNull { it.name == removing })
        }.stateIn(viewModelScope, SharingStarted.Eagerly, SettingsUiState())

    /** Looks what there is. Takes a while: each package is checked whole. */
    fun refresh() {
        viewModelScope.launch {
            builtIn.value = withContext(graph.dispatchers.io) { graph.packages.builtInTitle() }
            models.value = withContext(graph.dispatchers.io) { graph.packages.list() }
        }
    }

    /** Remembers a choice. */
    fun choose(change: (UserSettings) -> UserSettings) {
        viewModelScope.launch { graph.settings.update(change) }
    }

    /** Asks whether to delete a model; null: no longer. */
    fun askToRemove(model: StoredPackage?) = saved.set(REMOVING, model?.name)

    /** Deletes the model that was asked about; when it is the chosen one, the built-in one is chosen. */
    fun remove() {
        val name = removing.value ?: return
        askToRemove(null)
        viewModelScope.launch {
            graph.settings.update { if (it.model == name) it.copy(model = null) else it }
            withContext(graph.dispatchers.io) {
                try {
                    graph.packages.remove(name)
                } catch (_: ClassifierException) {
                    // It stays in the list then, which says enough.
                }
            }
            refresh()
        }
    }

    private companion object {
        const val REMOVING = "removing"
    }
}

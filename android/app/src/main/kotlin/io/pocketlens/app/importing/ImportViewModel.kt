package io.pocketlens.app.importing

import android.net.Uri
import androidx.lifecycle.ViewModel
import androidx.lifecycle.viewModelScope
import io.pocketlens.app.AppGraph
import io.pocketlens.app.model.IncomingPackage
import io.pocketlens.app.ui.ErrorDetails
import io.pocketlens.app.ui.Trouble
import io.pocketlens.classifier.ClassifierException
import io.pocketlens.classifier.StoredPackage
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext

/** How far an import has come. */
sealed interface ImportUiState {
    data object Checking : ImportUiState

    /** The package is sound; nothing has been changed yet. */
    data class Asking(
        val incoming: IncomingPackage,
    ) : ImportUiState

    data object Installing : ImportUiState

    data class Installed(
        val model: StoredPackage,
    ) : ImportUiState

    data class Refused(
        val details: ErrorDetails,
    ) : ImportUiState

    /** There is nothing left to say. */
    data object Done : ImportUiState
}

/** One import: check, ask, install. */
class ImportViewModel(
    private val graph: AppGraph,
) : ViewModel() {
    private val _uiState = MutableStateFlow<ImportUiState>(ImportUiState.Checking)
    val uiState: StateFlow<ImportUiState> = _uiState.asStateFlow()
    private var begun = false

    /** Checks the package behind [uri]; the second time it does nothing. */
    fun begin(uri: Uri) {
        if (begun) return
        begun = true
        carry { ImportUiState.Asking(graph.packages.check(uri)) }
    }

    /** The user agrees: installs what was checked, whole or not at all. */
    fun install() {
        val asking = _uiState.value as? ImportUiState.Asking ?: return
        _uiState.value = ImportUiState.Installing
        carry { ImportUiState.Installed(graph.packages.install(asking.incoming)) }
    }

    /** The user does not agree. */
    fun refuse() {
        val asking = _uiState.value as? ImportUiState.Asking ?: return finish()
        carry {
            graph.packages.discard(asking.incoming)
            ImportUiState.Done
        }
    }

    /** Chooses the model that was installed. */
    fun use() {
        val model = (_uiState.value as? ImportUiState.Installed)?.model ?: return
        viewModelScope.launch {
            graph.settings.update { it.copy(model = model.name) }
            finish()
        }
    }

    fun finish() {
        _uiState.value = ImportUiState.Done
    }

    private fun carry(step: () -> ImportUiState) {
        viewModelScope.launch {
            _uiState.value =
                withContext(graph.dispatchers.io) {
                    try {
                        step()
                    } catch (error: ClassifierException) {
                        ImportUiState.Refused(Trouble.details(error))
                    }
                }
            graph.models.look()
        }
    }
}

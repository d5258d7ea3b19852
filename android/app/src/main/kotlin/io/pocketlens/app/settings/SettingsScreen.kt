package io.pocketlens.app.settings

import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.layout.widthIn
import androidx.compose.foundation.rememberScrollState
import androidx.compose.foundation.verticalScroll
import androidx.compose.material3.ExperimentalMaterial3Api
import androidx.compose.material3.Scaffold
import androidx.compose.material3.Text
import androidx.compose.material3.TopAppBar
import androidx.compose.runtime.Composable
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.res.stringResource
import androidx.compose.ui.unit.dp
import io.pocketlens.app.R
import io.pocketlens.app.ui.IconAction
import io.pocketlens.app.ui.Question
import io.pocketlens.classifier.StoredPackage

/** What the settings screen's rows do. */
interface SettingsActions {
    fun close()

    fun addModel()

    fun choose(change: (UserSettings) -> UserSettings)

    /** The app's own language; null: the phone's. */
    fun chooseLanguage(tag: String?)

    /** Asks whether to delete a model; null: no longer. */
    fun askToRemove(stored: StoredPackage?)

    fun remove()

    fun openHistory()

    fun openTaught()
}

/** The app's version and its own language; null: the phone's. */
data class AppFacts(
    val version: String,
    val language: String?,
)

@OptIn(ExperimentalMaterial3Api::class)
@Composable
fun SettingsScreen(
    state: SettingsUiState,
    facts: AppFacts,
    actions: SettingsActions,
) {
    Scaffold(
        topBar = {
            TopAppBar(
                title = { Text(stringResource(R.string.settings)) },
                navigationIcon = { IconAction(R.drawable.ic_back, R.string.back) { actions.close() } },
            )
        },
    ) { insets ->
        if (!state.isReady) return@Scaffold
        Box(Modifier.fillMaxSize().verticalScroll(rememberScrollState()).padding(insets), Alignment.TopCenter) {
            Column(Modifier.widthIn(max = 640.dp).padding(16.dp), Arrangement.spacedBy(8.dp)) {
                ModelSection(state, actions)
                AnswerSection(state.settings, actions)
                LanguageSection(state.settings, facts, actions)
                SpeedSection(state.settings, actions)
                AboutSection(facts.version, actions)
            }
        }
    }
    state.removing?.let { model ->
        Question(
            stringResource(R.string.model_remove_title, model.title.ifEmpty { model.name }),
            stringResource(R.string.model_remove_text),
            R.string.remove,
            actions::remove,
        ) { actions.askToRemove(null) }
    }
}

package io.pocketlens.app.settings

import androidx.compose.foundation.clickable
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.selection.selectable
import androidx.compose.foundation.selection.selectableGroup
import androidx.compose.material3.Icon
import androidx.compose.material3.IconButton
import androidx.compose.material3.LinearProgressIndicator
import androidx.compose.material3.ListItem
import androidx.compose.material3.RadioButton
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.ui.Modifier
import androidx.compose.ui.res.painterResource
import androidx.compose.ui.res.stringResource
import androidx.compose.ui.semantics.Role
import androidx.compose.ui.unit.dp
import io.pocketlens.app.R
import io.pocketlens.classifier.StoredPackage

/** The models to choose from: the built-in one, the imported ones, and a way to add one. */
@Composable
internal fun ModelSection(
    state: SettingsUiState,
    actions: SettingsActions,
) = Section(R.string.section_model) {
    val chosen = state.settings.model
    Column(Modifier.selectableGroup()) {
        ModelRow(stringResource(R.string.model_built_in), state.builtIn.orEmpty(), chosen == null) {
            actions.choose { it.copy(model = null) }
        }
        for (stored in state.models.orEmpty()) {
            val title = stored.title.ifEmpty { stored.name }
            ModelRow(title, stored.name, stored.name == chosen, { RemoveButton(title, stored, actions) }) {
                actions.choose { it.copy(model = stored.name) }
            }
        }
    }
    if (state.models == null) LinearProgressIndicator(Modifier.fillMaxWidth().padding(16.dp))
    ListItem(
        headlineContent = { Text(stringResource(R.string.model_add)) },
        supportingContent = { Text(stringResource(R.string.model_add_note)) },
        leadingContent = { Icon(painterResource(R.drawable.ic_add), contentDescription = null) },
        modifier = Modifier.clickable(role = Role.Button, onClick = actions::addModel),
        colors = clear(),
    )
}

@Composable
private fun ModelRow(
    title: String,
    note: String,
    isChosen: Boolean,
    trailing: (@Composable () -> Unit)? = null,
    onChoose: () -> Unit,
) = ListItem(
    headlineContent = { Text(title) },
    supportingContent = { Text(note) },
    leadingContent = { RadioButton(isChosen, onClick = null) },
    trailingContent = trailing,
    modifier = Modifier.selectable(isChosen, role = Role.RadioButton, onClick = onChoose),
    colors = clear(),
)

@Composable
private fun RemoveButton(
    title: String,
    stored: StoredPackage,
    actions: SettingsActions,
) = IconButton({ actions.askToRemove(stored) }) {
    Icon(painterResource(R.drawable.ic_trash), stringResource(R.string.model_remove, title))
}

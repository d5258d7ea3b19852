package io.pocketlens.app.settings

import androidx.annotation.StringRes
import androidx.compose.foundation.clickable
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.heightIn
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.rememberScrollState
import androidx.compose.foundation.selection.selectable
import androidx.compose.foundation.selection.selectableGroup
import androidx.compose.foundation.verticalScroll
import androidx.compose.material3.AlertDialog
import androidx.compose.material3.ListItem
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.RadioButton
import androidx.compose.material3.Text
import androidx.compose.material3.TextButton
import androidx.compose.runtime.Composable
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.saveable.rememberSaveable
import androidx.compose.runtime.setValue
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.res.stringResource
import androidx.compose.ui.semantics.Role
import androidx.compose.ui.unit.dp
import io.pocketlens.app.R

/** Languages by the names that they have in themselves. */
private val NAMES = mapOf("en" to "English", "zh" to "中文", "es" to "Español", "de" to "Deutsch", "fr" to "Français")

/** A language to choose, in a row that opens a dialog; null: [same], that of something else. */
@Composable
internal fun LanguageRow(
    @StringRes title: Int,
    @StringRes note: Int?,
    @StringRes same: Int,
    chosen: String?,
    onChoose: (String?) -> Unit,
) {
    var open by rememberSaveable { mutableStateOf(false) }
    val options = listOf(null to stringResource(same)) + UserSettings.LANGUAGES.map { it to NAMES.getValue(it) }
    ListItem(
        headlineContent = { Text(stringResource(title)) },
        supportingContent = { Text(options.first { it.first == chosen }.second) },
        modifier = Modifier.clickable(role = Role.Button) { open = true },
        colors = clear(),
    )
    if (!open) return
    AlertDialog(
        onDismissRequest = { open = false },
        title = { Text(stringResource(title)) },
        text = {
            Column(Modifier.verticalScroll(rememberScrollState()).selectableGroup()) {
                note?.let { Text(stringResource(it), Modifier.padding(bottom = 8.dp)) }
                for ((tag, name) in options) {
                    LanguageOption(name, tag == chosen) {
                        open = false
                        onChoose(tag)
                    }
                }
            }
        },
        confirmButton = { TextButton({ open = false }) { Text(stringResource(R.string.cancel)) } },
    )
}

@Composable
private fun LanguageOption(
    name: String,
    isChosen: Boolean,
    onChoose: () -> Unit,
) = Row(
    Modifier
        .fillMaxWidth()
        .heightIn(min = 48.dp)
        .selectable(isChosen, role = Role.RadioButton, onClick = onChoose),
    verticalAlignment = Alignment.CenterVertically,
) {
    RadioButton(isChosen, onClick = null)
    Text(name, Modifier.padding(start = 16.dp), style = MaterialTheme.typography.bodyLarge)
}

package io.pocketlens.app.settings

import androidx.annotation.StringRes
import androidx.compose.foundation.clickable
import androidx.compose.foundation.layout.padding
import androidx.compose.material3.ListItem
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.ui.Modifier
import androidx.compose.ui.res.stringResource
import androidx.compose.ui.semantics.Role
import androidx.compose.ui.unit.dp
import io.pocketlens.app.R
import io.pocketlens.classifier.Strictness

@Composable
internal fun AnswerSection(
    settings: UserSettings,
    actions: SettingsActions,
) = Section(R.string.section_answers) {
    val counts = UserSettings.LABEL_COUNTS
    ChoiceRow(
        stringResource(R.string.labels_title),
        stringResource(R.string.labels_note),
        counts.map { "$it" },
        counts.indexOf(settings.labels),
    ) { place -> actions.choose { it.copy(labels = counts[place]) } }
    ChoiceRow(
        stringResource(R.string.strictness_title),
        stringResource(R.string.strictness_note),
        Strictness.entries.map { stringResource(it.says) },
        settings.strictness.ordinal,
    ) { place -> actions.choose { it.copy(strictness = Strictness.entries[place]) } }
    SwitchRow(
        R.string.speak_title,
        R.string.speak_note,
        settings.speak,
    ) { on -> actions.choose { it.copy(speak = on) } }
}

@Composable
internal fun LanguageSection(
    settings: UserSettings,
    facts: AppFacts,
    actions: SettingsActions,
) = Section(R.string.section_languages) {
    LanguageRow(R.string.language_title, R.string.language_note, R.string.language_app, settings.language) { tag ->
        actions.choose { it.copy(language = tag) }
    }
    LanguageRow(R.string.app_language_title, null, R.string.language_phone, facts.language, actions::chooseLanguage)
}

@Composable
internal fun SpeedSection(
    settings: UserSettings,
    actions: SettingsActions,
) = Section(R.string.section_speed) {
    val counts = UserSettings.THREAD_COUNTS
    ChoiceRow(
        stringResource(R.string.threads_title),
        stringResource(R.string.threads_note),
        counts.map { "$it" },
        counts.indexOf(settings.threads),
    ) { place -> actions.choose { it.copy(threads = counts[place]) } }
    SwitchRow(R.string.fp16_title, R.string.fp16_note, settings.fp16) { on -> actions.choose { it.copy(fp16 = on) } }
}

@Composable
internal fun AboutSection(
    version: String,
    actions: SettingsActions,
) = Section(R.string.section_about) {
    Place(R.string.taught_title, R.string.taught_note, actions::openTaught)
    Place(R.string.history, R.string.history_note, actions::openHistory)
    Text(
        stringResource(R.string.about_text, version),
        Modifier.padding(16.dp),
        style = MaterialTheme.typography.bodyMedium,
    )
}

/** Leads to another screen. */
@Composable
private fun Place(
    @StringRes title: Int,
    @StringRes note: Int,
    open: () -> Unit,
) = ListItem(
    headlineContent = { Text(stringResource(title)) },
    supportingContent = { Text(stringResource(note)) },
    modifier = Modifier.clickable(role = Role.Button, onClick = open),
    colors = clear(),
)

private val Strictness.says: Int
    get() =
        when (this) {
            Strictness.STRICT -> R.string.strict
            Strictness.NORMAL -> R.string.normal
            Strictness.LENIENT -> R.string.lenient
        }

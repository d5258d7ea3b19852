package io.pocketlens.app.history

import androidx.compose.foundation.clickable
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.layout.size
import androidx.compose.foundation.lazy.LazyColumn
import androidx.compose.foundation.lazy.items
import androidx.compose.foundation.shape.RoundedCornerShape
import androidx.compose.material3.ExperimentalMaterial3Api
import androidx.compose.material3.ListItem
import androidx.compose.material3.Scaffold
import androidx.compose.material3.SnackbarHost
import androidx.compose.material3.SnackbarHostState
import androidx.compose.material3.Text
import androidx.compose.material3.TextButton
import androidx.compose.material3.TopAppBar
import androidx.compose.runtime.Composable
import androidx.compose.runtime.remember
import androidx.compose.ui.Modifier
import androidx.compose.ui.draw.clip
import androidx.compose.ui.platform.LocalConfiguration
import androidx.compose.ui.res.stringResource
import androidx.compose.ui.unit.dp
import io.pocketlens.app.R
import io.pocketlens.app.ui.EmptyPage
import io.pocketlens.app.ui.IconAction
import io.pocketlens.app.ui.Question
import io.pocketlens.app.ui.UndoActions
import io.pocketlens.app.ui.UndoSnacks
import java.text.DateFormat
import java.util.Date

/** What the user can do with saved answers. */
interface HistoryActions : UndoActions {
    fun close()

    /** Looks at one of them; null: no longer. */
    fun show(entry: HistoryEntry?)

    fun share(entry: HistoryEntry)

    fun remove(entry: HistoryEntry)

    fun askToClear(asks: Boolean)

    fun clear()
}

/** The saved answers, the newest first. */
@OptIn(ExperimentalMaterial3Api::class)
@Composable
fun HistoryScreen(
    state: HistoryUiState,
    actions: HistoryActions,
) {
    val entries = state.entries
    val snacks = remember { SnackbarHostState() }
    Scaffold(
        topBar = {
            TopAppBar(
                title = { Text(stringResource(R.string.history)) },
                navigationIcon = { IconAction(R.drawable.ic_back, R.string.back) { actions.close() } },
                actions = {
                    TextButton({ actions.askToClear(true) }, enabled = !entries.isNullOrEmpty()) {
                        Text(stringResource(R.string.history_clear))
                    }
                },
            )
        },
        snackbarHost = { SnackbarHost(snacks) },
    ) { insets ->
        if (entries != null && entries.isEmpty()) {
            EmptyPage(stringResource(R.string.history_empty), Modifier.padding(insets))
        } else {
            LazyColumn(Modifier.padding(insets)) {
                items(entries.orEmpty(), key = { it.id }) { HistoryRow(it, actions) }
            }
        }
    }
    UndoSnacks(snacks, state.removed, state.failure, actions)
    state.shown?.let { SavedAnswerSheet(it, actions) }
    if (state.asksToClear) {
        Question(
            stringResource(R.string.history_clear_title),
            stringResource(R.string.history_clear_text),
            R.string.history_clear,
            actions::clear,
        ) { actions.askToClear(false) }
    }
}

@Composable
private fun HistoryRow(
    entry: HistoryEntry,
    actions: HistoryActions,
) {
    val locale = LocalConfiguration.current.locales[0]
    val date =
        remember(entry.savedAt, locale) {
            DateFormat.getDateTimeInstance(DateFormat.MEDIUM, DateFormat.SHORT, locale).format(Date(entry.savedAt))
        }
    ListItem(
        headlineContent = { Text(entry.title) },
        supportingContent = { Text(date) },
        leadingContent = { FilePicture(entry.picture, Modifier.size(72.dp).clip(RoundedCornerShape(12.dp))) },
        trailingContent = {
            Row {
                IconAction(R.drawable.ic_share, R.string.share) { actions.share(entry) }
                IconAction(R.drawable.ic_trash, R.string.remove) { actions.remove(entry) }
            }
        },
        modifier = Modifier.clickable(onClickLabel = stringResource(R.string.show_label)) { actions.show(entry) },
    )
}

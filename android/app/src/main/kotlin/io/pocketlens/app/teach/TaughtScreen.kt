package io.pocketlens.app.teach

import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.lazy.LazyColumn
import androidx.compose.foundation.lazy.items
import androidx.compose.material3.ExperimentalMaterial3Api
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.Scaffold
import androidx.compose.material3.SnackbarHost
import androidx.compose.material3.SnackbarHostState
import androidx.compose.material3.Text
import androidx.compose.material3.TopAppBar
import androidx.compose.runtime.Composable
import androidx.compose.runtime.remember
import androidx.compose.ui.Modifier
import androidx.compose.ui.res.stringResource
import androidx.compose.ui.unit.dp
import io.pocketlens.app.R
import io.pocketlens.app.ui.EmptyPage
import io.pocketlens.app.ui.ErrorDetails
import io.pocketlens.app.ui.IconAction
import io.pocketlens.app.ui.UndoActions
import io.pocketlens.app.ui.UndoSnacks

/** What the user can do with what was taught. */
interface TaughtActions : UndoActions {
    fun close()

    /** Asks for another name; null: no longer. */
    fun askToRename(thing: TaughtThing?)

    fun typeName(name: String)

    fun rename()

    fun remove(thing: TaughtThing)

    fun removeShot(
        thing: TaughtThing,
        shot: TaughtShot,
    )

    fun shareAll()

    fun addFile()
}

/** The things that were taught, with their pictures. */
@OptIn(ExperimentalMaterial3Api::class)
@Composable
fun TaughtScreen(
    state: TaughtUiState,
    actions: TaughtActions,
) {
    val snacks = remember { SnackbarHostState() }
    Scaffold(
        topBar = {
            TopAppBar(
                title = { Text(stringResource(R.string.taught_title)) },
                navigationIcon = { IconAction(R.drawable.ic_back, R.string.back) { actions.close() } },
                actions = {
                    val some = !state.things.isNullOrEmpty()
                    IconAction(R.drawable.ic_share, R.string.taught_share, enabled = some) { actions.shareAll() }
                    val ready = state.things != null
                    IconAction(R.drawable.ic_add, R.string.taught_add, enabled = ready) { actions.addFile() }
                },
            )
        },
        snackbarHost = { SnackbarHost(snacks) },
    ) { insets ->
        val refused = state.refused
        when {
            refused != null -> EmptyPage(stringResource(refused.code.ofTeaching()), Modifier.padding(insets))
            state.things?.isEmpty() == true && state.damaged == null ->
                EmptyPage(stringResource(R.string.taught_empty), Modifier.padding(insets))
            else ->
                LazyColumn(Modifier.padding(insets)) {
                    state.damaged?.let { item { Damaged(it) } }
                    items(state.things.orEmpty(), key = { it.mid }) { TaughtRow(it, actions) }
                }
        }
    }
    state.renaming?.let { RenameDialog(it, actions) }
    UndoSnacks(snacks, state.removed, state.failure, actions)
}

@Composable
private fun Damaged(details: ErrorDetails) =
    Text(
        stringResource(R.string.taught_damaged, details.message),
        Modifier.padding(16.dp),
        color = MaterialTheme.colorScheme.error,
        style = MaterialTheme.typography.bodyMedium,
    )

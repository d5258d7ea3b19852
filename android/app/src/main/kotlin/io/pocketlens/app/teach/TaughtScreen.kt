package io.pocketlens.app.teach

import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.lazy.LazyColumn
import androidx.compose.foundation.lazy.items
import androidx.compose.material3.ExperimentalMaterial3Api
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.Scaffold
import androidx.compose.material3.SnackbarDuration
import androidx.compose.material3.SnackbarHost
import androidx.compose.material3.SnackbarHostState
import androidx.compose.material3.SnackbarResult
import androidx.compose.material3.Text
import androidx.compose.material3.TopAppBar
import androidx.compose.runtime.Composable
import androidx.compose.runtime.LaunchedEffect
import androidx.compose.runtime.remember
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.res.stringResource
import androidx.compose.ui.text.style.TextAlign
import androidx.compose.ui.unit.dp
import io.pocketlens.app.R
import io.pocketlens.app.ui.ErrorDetails
import io.pocketlens.app.ui.IconAction

/** What the user can do with what was taught. */
interface TaughtActions {
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

    fun undo()

    fun forgetRemoved()

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
            refused != null -> Alone(stringResource(refused.code.ofTeaching()), Modifier.padding(insets))
            state.things?.isEmpty() == true && state.damaged == null ->
                Alone(stringResource(R.string.taught_empty), Modifier.padding(insets))
            else ->
                LazyColumn(Modifier.padding(insets)) {
                    state.damaged?.let { item { Damaged(it) } }
                    items(state.things.orEmpty(), key = { it.mid }) { TaughtRow(it, actions) }
                }
        }
    }
    state.renaming?.let { RenameDialog(it, actions) }
    Said(state, snacks, actions)
}

/** What was removed can be taken back for a while; what failed is said. */
@Composable
private fun Said(
    state: TaughtUiState,
    snacks: SnackbarHostState,
    actions: TaughtActions,
) {
    val removed = state.removed
    val error = state.error?.let { stringResource(it.ofTeaching()) }
    val undo = stringResource(R.string.undo)
    val says =
        removed?.let {
            stringResource(if (it.whole) R.string.taught_removed else R.string.taught_removed_picture, it.name)
        }
    LaunchedEffect(removed) {
        if (removed == null || says == null) return@LaunchedEffect
        val answer = snacks.showSnackbar(says, undo, duration = SnackbarDuration.Long)
        if (answer == SnackbarResult.ActionPerformed) actions.undo() else actions.forgetRemoved()
    }
    LaunchedEffect(error) { if (error != null) snacks.showSnackbar(error) }
}

@Composable
private fun Alone(
    says: String,
    modifier: Modifier,
) = Box(modifier.fillMaxSize().padding(24.dp), Alignment.Center) { Text(says, textAlign = TextAlign.Center) }

@Composable
private fun Damaged(details: ErrorDetails) =
    Text(
        stringResource(R.string.taught_damaged, details.message),
        Modifier.padding(16.dp),
        color = MaterialTheme.colorScheme.error,
        style = MaterialTheme.typography.bodyMedium,
    )

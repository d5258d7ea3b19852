package io.pocketlens.app.importing

import androidx.compose.runtime.Composable
import androidx.compose.ui.res.stringResource
import io.pocketlens.app.R
import io.pocketlens.app.model.IncomingPackage
import io.pocketlens.app.ui.BusyPage
import io.pocketlens.app.ui.Message
import io.pocketlens.app.ui.MessagePage
import io.pocketlens.app.ui.RefusedPage
import io.pocketlens.app.ui.Way
import io.pocketlens.app.ui.sentence

/** What the user can do about an import. */
interface ImportActions {
    fun install()

    fun refuse()

    fun use()

    fun finish()
}

/** Says how an import goes, and asks before anything is changed. */
@Composable
fun ImportScreen(
    state: ImportUiState,
    actions: ImportActions,
) = when (state) {
    is ImportUiState.Checking ->
        BusyPage(R.drawable.ic_box, R.string.import_checking_title, R.string.import_checking_text)
    is ImportUiState.Installing ->
        BusyPage(R.drawable.ic_box, R.string.import_installing_title, R.string.import_checking_text)
    is ImportUiState.Asking -> Asking(state.incoming, actions)
    is ImportUiState.Installed ->
        MessagePage(
            Message(
                R.drawable.ic_check,
                stringResource(R.string.import_done_title),
                stringResource(R.string.import_done_text, state.model.title.ifEmpty { state.model.name }),
            ),
            listOf(Way(R.string.import_use, actions::use), Way(R.string.import_later, actions::finish)),
        )
    is ImportUiState.Refused ->
        RefusedPage(
            R.string.import_refused_title,
            "${stringResource(state.details.code.sentence())} ${stringResource(R.string.import_refused_text)}",
            state.details,
            actions::finish,
        )
    is ImportUiState.Done -> Unit
}

@Composable
private fun Asking(
    incoming: IncomingPackage,
    actions: ImportActions,
) {
    val title = incoming.title.ifEmpty { incoming.name }
    val replaced = incoming.replaces
    val text =
        if (replaced == null) {
            stringResource(R.string.import_ask_text, title)
        } else {
            stringResource(R.string.import_replace_text, title, replaced)
        }
    val says = if (replaced == null) R.string.import_add else R.string.import_replace
    MessagePage(
        Message(R.drawable.ic_box, stringResource(R.string.import_ask_title), text),
        listOf(Way(says, actions::install), Way(R.string.cancel, actions::refuse)),
    )
}

package io.pocketlens.app.teach

import android.content.Intent
import android.os.Bundle
import androidx.compose.runtime.Composable
import androidx.compose.runtime.getValue
import androidx.compose.ui.res.stringResource
import androidx.lifecycle.compose.collectAsStateWithLifecycle
import io.pocketlens.app.PocketlensActivity
import io.pocketlens.app.R
import io.pocketlens.app.photo.PhotoIntents
import io.pocketlens.app.ui.BusyPage
import io.pocketlens.app.ui.Message
import io.pocketlens.app.ui.MessagePage
import io.pocketlens.app.ui.RefusedPage
import io.pocketlens.app.ui.Way

/** Takes in a file of taught things that was opened or shared. */
class TaughtFileActivity :
    PocketlensActivity(),
    TaughtFileActions {
    private val model by made { graph, _ -> TaughtFileViewModel(graph) }

    override fun onCreate(savedInstanceState: Bundle?) {
        super.onCreate(savedInstanceState)
        model.begin(contentResolver, PhotoIntents.file(intent) ?: return finish())
        show {
            val state by model.uiState.collectAsStateWithLifecycle()
            TaughtFileScreen(state, this)
        }
    }

    override fun add() = model.add()

    override fun close() = finish()

    override fun openTaught() {
        startActivity(Intent(this, TaughtActivity::class.java))
        finish()
    }
}

/** What the user can do about such a file. */
interface TaughtFileActions {
    fun add()

    fun close()

    fun openTaught()
}

/** Says what a file would add, and asks before anything is changed. */
@Composable
fun TaughtFileScreen(
    state: TaughtFileUiState,
    actions: TaughtFileActions,
) = when (state) {
    is TaughtFileUiState.Checking ->
        BusyPage(R.drawable.ic_teach, R.string.taught_checking, R.string.preparing_note)
    is TaughtFileUiState.Asking -> Asking(state.incoming, actions)
    is TaughtFileUiState.Added ->
        MessagePage(
            Message(R.drawable.ic_check, stringResource(R.string.taught_added_title), brings(state.incoming)),
            listOf(Way(R.string.taught_title, actions::openTaught), Way(R.string.close, actions::close)),
        )
    is TaughtFileUiState.Refused ->
        RefusedPage(
            R.string.taught_refused_title,
            "${stringResource(state.details.code.ofTeaching())} ${stringResource(R.string.import_refused_text)}",
            state.details,
            actions::close,
        )
}

@Composable
private fun Asking(
    incoming: IncomingThings,
    actions: TaughtFileActions,
) {
    val nothing = incoming.fresh.isEmpty() && incoming.more.isEmpty()
    val ways = if (nothing) emptyList() else listOf(Way(R.string.import_add, actions::add))
    MessagePage(
        Message(R.drawable.ic_teach, stringResource(R.string.taught_ask_title), brings(incoming)),
        ways + Way(if (nothing) R.string.close else R.string.cancel, actions::close),
    )
}

/** What a file brings, in sentences. */
@Composable
private fun brings(incoming: IncomingThings): String {
    val lines = ArrayList<String>()
    if (incoming.fresh.isNotEmpty()) lines += stringResource(R.string.taught_fresh, some(incoming.fresh))
    if (incoming.more.isNotEmpty()) lines += stringResource(R.string.taught_more, some(incoming.more))
    if (incoming.known.isNotEmpty()) lines += stringResource(R.string.taught_known, some(incoming.known))
    if (lines.isEmpty()) lines += stringResource(R.string.taught_nothing)
    return lines.joinToString("\n\n")
}

private const val NAMES_SHOWN = 20

private fun some(names: List<String>): String {
    val first = names.take(NAMES_SHOWN).joinToString()
    return if (names.size > NAMES_SHOWN) "$first …" else first
}

package io.pocketlens.app.teach

import androidx.compose.runtime.Composable
import androidx.compose.ui.Modifier
import androidx.compose.ui.res.pluralStringResource
import androidx.compose.ui.res.stringResource
import io.pocketlens.app.R
import io.pocketlens.app.camera.CameraInfo
import io.pocketlens.app.live.PermissionActions
import io.pocketlens.app.ui.BusyPage
import io.pocketlens.app.ui.Message
import io.pocketlens.app.ui.MessagePage
import io.pocketlens.app.ui.RefusedPage
import io.pocketlens.app.ui.Way

/** What the user can do while teaching. */
interface TeachActions : PermissionActions {
    fun close()

    fun type(text: String)

    fun name(name: String)

    fun take()

    fun choosePhotos()

    fun retryCamera()

    fun takeBack()

    fun finishTeaching()

    fun goOn()

    fun forgetAll()

    fun openTaught()
}

/** Teaching, step by step. [preview] is the camera's own picture. */
@Composable
fun TeachScreen(
    state: TeachUiState,
    actions: TeachActions,
    preview: @Composable (CameraInfo?, Modifier) -> Unit,
) = when (state) {
    is TeachUiState.Preparing -> BusyPage(R.drawable.ic_teach, R.string.preparing, R.string.preparing_note)
    is TeachUiState.Naming -> NamingPage(state, actions)
    is TeachUiState.Shooting -> ShotsPage(state, actions, preview)
    is TeachUiState.Named -> NamedPage(state, actions)
    is TeachUiState.Refused ->
        RefusedPage(
            R.string.teach_refused_title,
            stringResource(state.details.code.ofTeaching()),
            state.details,
            actions::close,
        )
}

@Composable
private fun NamedPage(
    state: TeachUiState.Named,
    actions: TeachActions,
) {
    val learned = pluralStringResource(R.plurals.teach_done_text, state.pictures, state.pictures)
    val more = if (state.few) " " + stringResource(R.string.teach_done_few) else ""
    val goOn = Way(R.string.teach_more, actions::goOn)
    val done = Way(R.string.teach_finish, actions::close)
    val first = if (state.few) listOf(done, goOn) else listOf(done)
    MessagePage(
        Message(R.drawable.ic_check, stringResource(R.string.teach_done_title, state.name), learned + more),
        first +
            listOf(
                Way(R.string.taught_title, actions::openTaught),
                Way(R.string.teach_forget, actions::forgetAll),
            ),
    )
}

package io.pocketlens.app.live

import androidx.compose.foundation.layout.padding
import androidx.compose.runtime.Composable
import androidx.compose.runtime.DisposableEffect
import androidx.compose.ui.Modifier
import androidx.compose.ui.platform.LocalView
import androidx.compose.ui.res.stringResource
import androidx.compose.ui.unit.dp
import io.pocketlens.app.R
import io.pocketlens.app.answer.Announcement
import io.pocketlens.app.answer.Answer
import io.pocketlens.app.answer.AnswerActionRow
import io.pocketlens.app.answer.AnswerActions
import io.pocketlens.app.answer.AnswerHead
import io.pocketlens.app.answer.AnswerPanel
import io.pocketlens.app.answer.LabelDetails
import io.pocketlens.app.answer.LabelSheet
import io.pocketlens.app.perf.PerformanceSheet
import io.pocketlens.app.ui.LensLayout
import io.pocketlens.app.ui.TroublePage

/** The camera screen. [preview] is the camera's own picture. */
@Composable
fun LiveScreen(
    state: LiveUiState,
    actions: LiveActions,
    answerActions: AnswerActions,
    preview: @Composable (Modifier) -> Unit,
) {
    when (val page = state.page) {
        is LivePage.Permission -> PermissionPage(page.need, actions)
        is LivePage.Problem -> TroublePage(page.trouble, actions)
        is LivePage.Viewfinder -> ViewfinderPage(page, state.rows, actions, answerActions, preview)
    }
    when (val sheet = state.sheet) {
        is LiveSheet.Label -> LabelSheet(sheet.detail, actions::closeSheet)
        is LiveSheet.Measured -> PerformanceSheet(sheet.performance, actions::copy, actions::closeSheet)
        null -> Unit
    }
}

@Composable
private fun ViewfinderPage(
    page: LivePage.Viewfinder,
    rows: Int,
    actions: LiveActions,
    answerActions: AnswerActions,
    preview: @Composable (Modifier) -> Unit,
) {
    LensLayout(
        picture = { Lens(page, actions, preview) },
        panel = {
            AnswerPanel(page.answer, rows, waiting(page.answer), actions::openLabel)
            if (page.held != null) AnswerActionRow(answerActions, page.answer)
        },
        controls = { LiveControls(page, actions) },
        detail = page.detail?.let { { LabelDetails(it, Modifier.padding(top = 16.dp), named = false) } },
    )
    Announcement(page.answer, actions::say)
    if (page.held == null) KeepScreenOn()
}

@Composable
private fun waiting(answer: Answer): AnswerHead =
    if (answer is Answer.Preparing) {
        AnswerHead(stringResource(R.string.preparing_note), stringResource(R.string.preparing), "")
    } else {
        AnswerHead("", stringResource(R.string.looking), stringResource(R.string.looking_note))
    }

/** Whoever looks at something does not touch the screen meanwhile. */
@Composable
private fun KeepScreenOn() {
    val view = LocalView.current
    DisposableEffect(view) {
        view.keepScreenOn = true
        onDispose { view.keepScreenOn = false }
    }
}

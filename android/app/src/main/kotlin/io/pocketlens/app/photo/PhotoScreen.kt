package io.pocketlens.app.photo

import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.padding
import androidx.compose.runtime.Composable
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
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
import io.pocketlens.app.ui.LabelledAction
import io.pocketlens.app.ui.LensAction
import io.pocketlens.app.ui.LensLayout
import io.pocketlens.app.ui.TroubleActions
import io.pocketlens.app.ui.TroublePage

/** What the user can do on the photo screen. */
interface PhotoActions :
    TroubleActions,
    PictureActions {
    fun openLabel(index: Int)

    fun closeSheet()

    fun say(text: String)
}

/** A photo and what it shows. */
@Composable
fun PhotoScreen(
    state: PhotoUiState,
    actions: PhotoActions,
    answerActions: AnswerActions,
) {
    when (val page = state.page) {
        is PhotoPage.Problem -> TroublePage(page.trouble, actions)
        is PhotoPage.Shown -> ShownPhoto(page, state.rows, actions, answerActions)
    }
    state.sheet?.let { LabelSheet(it, actions::closeSheet) }
}

@Composable
private fun ShownPhoto(
    page: PhotoPage.Shown,
    rows: Int,
    actions: PhotoActions,
    answerActions: AnswerActions,
) {
    LensLayout(
        picture = {
            PictureView(page.picture, page.part, actions)
            LensAction(R.drawable.ic_back, R.string.back, Modifier.align(Alignment.TopStart).padding(8.dp)) {
                actions.backToCamera()
            }
        },
        panel = {
            AnswerPanel(page.answer, rows, waiting(page.answer), actions::openLabel)
            AnswerActionRow(answerActions, page.answer)
        },
        controls = {
            Row(Modifier.fillMaxWidth().padding(vertical = 4.dp), Arrangement.SpaceEvenly) {
                LabelledAction(R.drawable.ic_photo, R.string.other_photo) { actions.choosePhoto() }
                LabelledAction(R.drawable.ic_camera, R.string.camera) { actions.backToCamera() }
            }
        },
        detail = page.detail?.let { { LabelDetails(it, Modifier.padding(top = 16.dp), named = false) } },
    )
    Announcement(page.answer, actions::say)
}

@Composable
private fun waiting(answer: Answer): AnswerHead =
    if (answer is Answer.Preparing) {
        AnswerHead(stringResource(R.string.preparing_note), stringResource(R.string.preparing), "")
    } else {
        AnswerHead("", stringResource(R.string.reading_photo), "")
    }

package io.pocketlens.app.ui

import androidx.annotation.DrawableRes
import androidx.annotation.StringRes
import androidx.compose.runtime.Composable
import androidx.compose.ui.res.stringResource
import io.pocketlens.app.R
import io.pocketlens.app.camera.CameraTrouble
import io.pocketlens.classifier.ErrorCode

/** Says what failed, and the ways on from it. */
@Composable
fun TroublePage(
    trouble: Trouble,
    actions: TroubleActions,
) = when (trouble) {
    is Trouble.Camera -> CameraTroublePage(trouble.trouble, actions)
    is Trouble.Model -> ModelTroublePage(trouble, actions)
    is Trouble.Photo ->
        MessagePage(
            failure(R.drawable.ic_photo_off, R.string.photo_trouble_title, trouble.details),
            listOf(
                Way(R.string.choose_other_photo, actions::choosePhoto),
                Way(R.string.back_to_camera, actions::backToCamera),
            ),
        )
}

@Composable
private fun ModelTroublePage(
    trouble: Trouble.Model,
    actions: TroubleActions,
) {
    val again = Way(R.string.try_again, actions::retry)
    val choose = Way(R.string.choose_model, actions::chooseModel)
    val builtIn = Way(R.string.use_built_in, actions::useBuiltIn)
    val details = trouble.details
    when {
        details.code == ErrorCode.LIBRARY_MISSING ->
            MessagePage(failure(R.drawable.ic_chip, R.string.library_trouble_title, details), listOf(again))
        trouble.imported ->
            MessagePage(
                failure(R.drawable.ic_box, R.string.imported_trouble_title, details),
                listOf(builtIn, again, choose),
            )
        else -> MessagePage(failure(R.drawable.ic_box, R.string.model_trouble_title, details), listOf(again, choose))
    }
}

@Composable
private fun CameraTroublePage(
    trouble: CameraTrouble,
    actions: TroubleActions,
) {
    val (title, text) = words(trouble)
    val photo = Way(R.string.choose_photo, actions::choosePhoto)
    val again = Way(R.string.try_again, actions::retry)
    MessagePage(
        Message(R.drawable.ic_camera_off, stringResource(title), stringResource(text), isError = true),
        if (trouble == CameraTrouble.NONE_PRESENT) listOf(photo) else listOf(again, photo),
    )
}

@Composable
private fun failure(
    @DrawableRes icon: Int,
    @StringRes title: Int,
    details: ErrorDetails,
) = Message(icon, stringResource(title), stringResource(details.code.sentence()), isError = true, details)

/** The title and the text of a camera's trouble. */
internal fun words(trouble: CameraTrouble): Pair<Int, Int> =
    when (trouble) {
        CameraTrouble.NONE_PRESENT -> R.string.camera_none_title to R.string.camera_none_text
        CameraTrouble.IN_USE -> R.string.camera_in_use_title to R.string.camera_in_use_text
        CameraTrouble.TAKEN -> R.string.camera_taken_title to R.string.camera_taken_text
        CameraTrouble.DISABLED -> R.string.camera_disabled_title to R.string.camera_disabled_text
        CameraTrouble.FAILED -> R.string.camera_failed_title to R.string.camera_failed_text
        CameraTrouble.NOT_PERMITTED -> R.string.camera_not_permitted_title to R.string.camera_not_permitted_text
    }

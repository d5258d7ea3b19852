package io.pocketlens.app.ui

import androidx.annotation.DrawableRes
import androidx.annotation.StringRes
import androidx.compose.runtime.Composable
import androidx.compose.ui.res.stringResource
import io.pocketlens.app.R

/** Something is being done, and there is nothing to choose meanwhile. */
@Composable
fun BusyPage(
    @DrawableRes icon: Int,
    @StringRes title: Int,
    @StringRes text: Int,
) = MessagePage(Message(icon, stringResource(title), stringResource(text), busy = true), emptyList())

/** Something was refused: why, and the way out. */
@Composable
fun RefusedPage(
    @StringRes title: Int,
    text: String,
    details: ErrorDetails,
    close: () -> Unit,
) = MessagePage(
    Message(R.drawable.ic_box, stringResource(title), text, isError = true, details),
    listOf(Way(R.string.close, close)),
)

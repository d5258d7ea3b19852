package io.pocketlens.app.ui

import androidx.annotation.StringRes
import androidx.compose.material3.AlertDialog
import androidx.compose.material3.Text
import androidx.compose.material3.TextButton
import androidx.compose.runtime.Composable
import androidx.compose.ui.res.stringResource
import io.pocketlens.app.R

/** Asks before something is done that cannot be undone. */
@Composable
fun Question(
    title: String,
    text: String,
    @StringRes yes: Int,
    onYes: () -> Unit,
    onNo: () -> Unit,
) = AlertDialog(
    onDismissRequest = onNo,
    title = { Text(title) },
    text = { Text(text) },
    confirmButton = { TextButton(onYes) { Text(stringResource(yes)) } },
    dismissButton = { TextButton(onNo) { Text(stringResource(R.string.cancel)) } },
)

package io.pocketlens.app.ui

import androidx.annotation.StringRes
import androidx.compose.material3.SnackbarDuration
import androidx.compose.material3.SnackbarHostState
import androidx.compose.material3.SnackbarResult
import androidx.compose.runtime.Composable
import androidx.compose.runtime.LaunchedEffect
import androidx.compose.ui.res.stringResource
import io.pocketlens.app.R

/** What was removed last: all of it, or one of its pictures. [turn] tells one time from the next. */
data class Removed(
    val name: String,
    val whole: Boolean,
    val turn: Int,
)

/** Why a wish was not granted. [turn] tells one time from the next. */
data class Failure(
    @param:StringRes val says: Int,
    val turn: Int,
)

/** What the user can do about what was removed. */
interface UndoActions {
    fun undo()

    /** It has not been taken back in time. */
    fun forgetRemoved()
}

/** Says what failed, and what was removed, which can be taken back for a while. */
@Composable
fun UndoSnacks(
    snacks: SnackbarHostState,
    removed: Removed?,
    failure: Failure?,
    actions: UndoActions,
) {
    val fails = failure?.let { stringResource(it.says) }
    val undo = stringResource(R.string.undo)
    val says = removed?.let { stringResource(if (it.whole) R.string.removed else R.string.removed_picture, it.name) }
    LaunchedEffect(failure) { if (fails != null) snacks.showSnackbar(fails) }
    LaunchedEffect(removed) {
        if (says == null) return@LaunchedEffect
        val answer = snacks.showSnackbar(says, undo, duration = SnackbarDuration.Long)
        if (answer == SnackbarResult.ActionPerformed) actions.undo() else actions.forgetRemoved()
    }
}

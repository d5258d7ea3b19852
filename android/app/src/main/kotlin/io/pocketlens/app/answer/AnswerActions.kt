package io.pocketlens.app.answer

import androidx.annotation.DrawableRes
import androidx.annotation.StringRes
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.heightIn
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.layout.size
import androidx.compose.material3.Icon
import androidx.compose.material3.Text
import androidx.compose.material3.TextButton
import androidx.compose.runtime.Composable
import androidx.compose.ui.Modifier
import androidx.compose.ui.res.painterResource
import androidx.compose.ui.res.stringResource
import androidx.compose.ui.semantics.contentDescription
import androidx.compose.ui.unit.dp
import io.pocketlens.app.R

/** What can be done with an answer. */
interface AnswerActions {
    fun share()

    fun copy()

    fun save()
}

/** The row of ways on from an answer; more ways find their place here. */
@Composable
fun AnswerActionRow(
    actions: AnswerActions,
    enabled: Boolean,
    modifier: Modifier = Modifier,
) = Row(modifier.fillMaxWidth(), Arrangement.SpaceEvenly) {
    ActionButton(R.drawable.ic_share, R.string.share, enabled, actions::share)
    ActionButton(R.drawable.ic_copy, R.string.copy, enabled, actions::copy)
    ActionButton(R.drawable.ic_save, R.string.save, enabled, actions::save)
}

@Composable
private fun ActionButton(
    @DrawableRes icon: Int,
    @StringRes says: Int,
    enabled: Boolean,
    onClick: () -> Unit,
) = TextButton(onClick, Modifier.heightIn(min = 48.dp), enabled) {
    Icon(painterResource(icon), contentDescription = null, Modifier.size(20.dp))
    Text(stringResource(says), Modifier.padding(start = 8.dp), maxLines = 1)
}

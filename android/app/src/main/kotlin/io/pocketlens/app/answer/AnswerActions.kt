package io.pocketlens.app.answer

import androidx.annotation.DrawableRes
import androidx.annotation.StringRes
import androidx.compose.foundation.clickable
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.RowScope
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.heightIn
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.layout.size
import androidx.compose.foundation.shape.RoundedCornerShape
import androidx.compose.material3.Icon
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.draw.alpha
import androidx.compose.ui.draw.clip
import androidx.compose.ui.res.painterResource
import androidx.compose.ui.res.stringResource
import androidx.compose.ui.semantics.Role
import androidx.compose.ui.text.style.TextOverflow
import androidx.compose.ui.unit.dp
import io.pocketlens.app.R

/** What can be done with an answer. */
interface AnswerActions {
    fun share()

    fun copy()

    fun save()

    /** Teaches what the picture shows; [wrong]: the answer is not that. */
    fun teach(wrong: Boolean)
}

/** The row of ways on from an answer; more ways find their place here. */
@Composable
fun AnswerActionRow(
    actions: AnswerActions,
    answer: Answer,
    modifier: Modifier = Modifier,
) = Row(modifier.fillMaxWidth()) {
    val given = answer is Answer.Given
    ActionButton(R.drawable.ic_teach, R.string.teach, given) { actions.teach(wrong = false) }
    ActionButton(R.drawable.ic_wrong, R.string.wrong, answer is Answer.Sure) { actions.teach(wrong = true) }
    ActionButton(R.drawable.ic_share, R.string.share, given, actions::share)
    ActionButton(R.drawable.ic_copy, R.string.copy, given, actions::copy)
    ActionButton(R.drawable.ic_save, R.string.save, given, actions::save)
}

@Composable
private fun RowScope.ActionButton(
    @DrawableRes icon: Int,
    @StringRes says: Int,
    enabled: Boolean,
    onClick: () -> Unit,
) = Column(
    Modifier
        .weight(1f)
        .clip(RoundedCornerShape(12.dp))
        .clickable(enabled, role = Role.Button, onClick = onClick)
        .alpha(if (enabled) 1f else DISABLED)
        .heightIn(min = 48.dp)
        .padding(4.dp),
    Arrangement.Center,
    Alignment.CenterHorizontally,
) {
    val color = MaterialTheme.colorScheme.primary
    Icon(painterResource(icon), contentDescription = null, Modifier.size(20.dp), color)
    Text(
        stringResource(says),
        color = color,
        style = MaterialTheme.typography.labelMedium,
        maxLines = 1,
        overflow = TextOverflow.Ellipsis,
    )
}

private const val DISABLED = 0.4f

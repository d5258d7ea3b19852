package io.pocketlens.app.ui

import androidx.annotation.DrawableRes
import androidx.annotation.StringRes
import androidx.compose.foundation.background
import androidx.compose.foundation.clickable
import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.layout.size
import androidx.compose.foundation.layout.widthIn
import androidx.compose.foundation.shape.CircleShape
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

/** A round button with its name below: what the main buttons of a screen look like. */
@Composable
fun LabelledAction(
    @DrawableRes icon: Int,
    @StringRes says: Int,
    modifier: Modifier = Modifier,
    main: Boolean = false,
    enabled: Boolean = true,
    onClick: () -> Unit,
) {
    Column(
        modifier
            .widthIn(min = 72.dp)
            .clip(RoundedCornerShape(16.dp))
            .clickable(enabled, role = Role.Button, onClick = onClick)
            .alpha(if (enabled) 1f else DISABLED)
            .padding(4.dp),
        horizontalAlignment = Alignment.CenterHorizontally,
    ) {
        val colors = MaterialTheme.colorScheme
        val ground = if (main) colors.primary else colors.secondaryContainer
        // The names stand in one line, whatever the size of the circles.
        Box(Modifier.size(64.dp), Alignment.Center) {
            Box(Modifier.size(if (main) 64.dp else 52.dp).background(ground, CircleShape))
            val tint = if (main) colors.onPrimary else colors.onSecondaryContainer
            Icon(painterResource(icon), contentDescription = null, tint = tint)
        }
        Text(
            stringResource(says),
            Modifier.padding(top = 4.dp),
            style = MaterialTheme.typography.labelMedium,
            maxLines = 1,
            overflow = TextOverflow.Ellipsis,
        )
    }
}

private const val DISABLED = 0.4f

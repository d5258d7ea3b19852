package io.pocketlens.app.settings

import androidx.annotation.StringRes
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.ColumnScope
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.heightIn
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.selection.toggleable
import androidx.compose.foundation.shape.RoundedCornerShape
import androidx.compose.material3.ListItem
import androidx.compose.material3.ListItemDefaults
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.SegmentedButton
import androidx.compose.material3.SegmentedButtonDefaults
import androidx.compose.material3.SingleChoiceSegmentedButtonRow
import androidx.compose.material3.Surface
import androidx.compose.material3.Switch
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.ui.Modifier
import androidx.compose.ui.graphics.Color
import androidx.compose.ui.res.stringResource
import androidx.compose.ui.semantics.Role
import androidx.compose.ui.semantics.heading
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.unit.dp

/** Rows that belong together, under a title. */
@Composable
internal fun Section(
    @StringRes title: Int,
    content: @Composable ColumnScope.() -> Unit,
) {
    Text(
        stringResource(title),
        Modifier.padding(start = 16.dp, top = 12.dp).semantics { heading() },
        color = MaterialTheme.colorScheme.primary,
        style = MaterialTheme.typography.titleSmall,
    )
    Surface(shape = RoundedCornerShape(20.dp), color = MaterialTheme.colorScheme.surfaceContainerLow) {
        Column(Modifier.fillMaxWidth(), content = content)
    }
}

/** A few choices side by side. */
@Composable
internal fun ChoiceRow(
    title: String,
    note: String,
    options: List<String>,
    chosen: Int,
    onChoose: (Int) -> Unit,
) = Column(Modifier.fillMaxWidth().padding(16.dp)) {
    Text(title, style = MaterialTheme.typography.bodyLarge)
    Text(note, color = MaterialTheme.colorScheme.onSurfaceVariant, style = MaterialTheme.typography.bodyMedium)
    SingleChoiceSegmentedButtonRow(Modifier.fillMaxWidth().padding(top = 8.dp)) {
        options.forEachIndexed { place, option ->
            SegmentedButton(
                place == chosen,
                { onChoose(place) },
                SegmentedButtonDefaults.itemShape(place, options.size),
                Modifier.heightIn(min = 48.dp),
                colors = standingOut(),
                icon = {},
            ) { Text(option, maxLines = 1) }
        }
    }
}

/** The chosen one is told from the others by more than a shade. */
@Composable
private fun standingOut() =
    SegmentedButtonDefaults.colors(
        activeContainerColor = MaterialTheme.colorScheme.primary,
        activeContentColor = MaterialTheme.colorScheme.onPrimary,
    )

/** Something that is on or off. */
@Composable
internal fun SwitchRow(
    @StringRes title: Int,
    @StringRes note: Int,
    on: Boolean,
    onChange: (Boolean) -> Unit,
) = ListItem(
    headlineContent = { Text(stringResource(title)) },
    supportingContent = { Text(stringResource(note)) },
    trailingContent = { Switch(on, onCheckedChange = null) },
    modifier = Modifier.toggleable(on, role = Role.Switch, onValueChange = onChange),
    colors = clear(),
)

/** A list item on the section's own ground. */
@Composable
internal fun clear() = ListItemDefaults.colors(containerColor = Color.Transparent)

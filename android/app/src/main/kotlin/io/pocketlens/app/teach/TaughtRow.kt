package io.pocketlens.app.teach

import androidx.compose.foundation.background
import androidx.compose.foundation.clickable
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.PaddingValues
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.layout.size
import androidx.compose.foundation.lazy.LazyRow
import androidx.compose.foundation.lazy.itemsIndexed
import androidx.compose.foundation.shape.CircleShape
import androidx.compose.foundation.shape.RoundedCornerShape
import androidx.compose.foundation.text.KeyboardActions
import androidx.compose.foundation.text.KeyboardOptions
import androidx.compose.material3.AlertDialog
import androidx.compose.material3.HorizontalDivider
import androidx.compose.material3.Icon
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.OutlinedTextField
import androidx.compose.material3.Text
import androidx.compose.material3.TextButton
import androidx.compose.runtime.Composable
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.draw.clip
import androidx.compose.ui.res.painterResource
import androidx.compose.ui.res.pluralStringResource
import androidx.compose.ui.res.stringResource
import androidx.compose.ui.semantics.Role
import androidx.compose.ui.semantics.contentDescription
import androidx.compose.ui.semantics.heading
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.text.input.ImeAction
import androidx.compose.ui.text.style.TextOverflow
import androidx.compose.ui.unit.dp
import io.pocketlens.app.R
import io.pocketlens.app.history.FilePicture
import io.pocketlens.app.ui.IconAction
import io.pocketlens.app.ui.theme.LensColors

/** One thing: its name, its pictures, each of which a tap removes, and what can be done with it. */
@Composable
fun TaughtRow(
    thing: TaughtThing,
    actions: TaughtActions,
) = Column(Modifier.fillMaxWidth().padding(top = 8.dp)) {
    Row(Modifier.padding(start = 16.dp, end = 4.dp), verticalAlignment = Alignment.CenterVertically) {
        Column(Modifier.weight(1f).semantics(mergeDescendants = true) { heading() }) {
            Text(
                thing.name,
                style = MaterialTheme.typography.titleMedium,
                maxLines = 1,
                overflow = TextOverflow.Ellipsis,
            )
            Text(
                pluralStringResource(R.plurals.taught_pictures, thing.shots.size, thing.shots.size),
                color = MaterialTheme.colorScheme.onSurfaceVariant,
                style = MaterialTheme.typography.bodyMedium,
            )
        }
        IconAction(R.drawable.ic_edit, R.string.rename) { actions.askToRename(thing) }
        IconAction(R.drawable.ic_trash, R.string.remove) { actions.remove(thing) }
    }
    LazyRow(Modifier.padding(vertical = 8.dp), contentPadding = EDGES, horizontalArrangement = GAPS) {
        itemsIndexed(thing.shots) { place, shot ->
            val says = stringResource(R.string.taught_picture, place + 1, thing.name)
            val removes = stringResource(R.string.taught_remove_picture)
            Box(
                Modifier
                    .size(72.dp)
                    .clip(RoundedCornerShape(12.dp))
                    .clickable(onClickLabel = removes, role = Role.Button) { actions.removeShot(thing, shot) }
                    .semantics { contentDescription = says },
            ) {
                FilePicture(shot.picture, Modifier.fillMaxSize(), sample = 1)
                RemoveMark(Modifier.align(Alignment.TopEnd))
            }
        }
    }
    HorizontalDivider()
}

/** Shows that a tap takes the picture away. */
@Composable
private fun RemoveMark(modifier: Modifier) =
    Icon(
        painterResource(R.drawable.ic_wrong),
        contentDescription = null,
        modifier.padding(4.dp).size(20.dp).background(LensColors.glass, CircleShape),
        LensColors.content,
    )

/** Asks for another name. */
@Composable
fun RenameDialog(
    renaming: Renaming,
    actions: TaughtActions,
) = AlertDialog(
    onDismissRequest = { actions.askToRename(null) },
    title = { Text(stringResource(R.string.rename)) },
    text = {
        OutlinedTextField(
            renaming.name,
            actions::typeName,
            Modifier.fillMaxWidth(),
            label = { Text(stringResource(R.string.teach_name)) },
            supportingText = renaming.error?.let { { Text(stringResource(it.ofTeaching())) } },
            isError = renaming.error != null,
            singleLine = true,
            keyboardOptions = KeyboardOptions(imeAction = ImeAction.Done),
            keyboardActions = KeyboardActions(onDone = { actions.rename() }),
        )
    },
    confirmButton = {
        TextButton(actions::rename, enabled = renaming.name.isNotBlank()) { Text(stringResource(R.string.rename)) }
    },
    dismissButton = { TextButton({ actions.askToRename(null) }) { Text(stringResource(R.string.cancel)) } },
)

private val EDGES = PaddingValues(horizontal = 16.dp)
private val GAPS = Arrangement.spacedBy(8.dp)

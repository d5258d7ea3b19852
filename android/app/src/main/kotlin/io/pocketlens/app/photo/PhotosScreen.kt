package io.pocketlens.app.photo

import android.net.Uri
import androidx.compose.foundation.clickable
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.layout.size
import androidx.compose.foundation.lazy.LazyColumn
import androidx.compose.foundation.lazy.items
import androidx.compose.foundation.shape.RoundedCornerShape
import androidx.compose.material3.ExperimentalMaterial3Api
import androidx.compose.material3.LinearProgressIndicator
import androidx.compose.material3.ListItem
import androidx.compose.material3.Scaffold
import androidx.compose.material3.Text
import androidx.compose.material3.TextButton
import androidx.compose.material3.TopAppBar
import androidx.compose.runtime.Composable
import androidx.compose.ui.Modifier
import androidx.compose.ui.draw.clip
import androidx.compose.ui.res.pluralStringResource
import androidx.compose.ui.res.stringResource
import androidx.compose.ui.unit.dp
import io.pocketlens.app.R
import io.pocketlens.app.answer.Answer
import io.pocketlens.app.ui.IconAction
import io.pocketlens.app.ui.Thumbnail
import io.pocketlens.app.ui.TroubleActions
import io.pocketlens.app.ui.TroublePage
import io.pocketlens.app.ui.numbers
import io.pocketlens.app.ui.sentence

/** What the user can do with several photos. */
interface PhotosActions : TroubleActions {
    fun open(photo: Uri)

    fun export()

    fun close()
}

/** The list of several photos, each with its answer. */
@OptIn(ExperimentalMaterial3Api::class)
@Composable
fun PhotosScreen(
    state: PhotosUiState,
    actions: PhotosActions,
) {
    if (state.trouble != null) return TroublePage(state.trouble, actions)
    Scaffold(
        topBar = {
            TopAppBar(
                title = { Text(pluralStringResource(R.plurals.photos_title, state.entries.size, state.entries.size)) },
                navigationIcon = { IconAction(R.drawable.ic_back, R.string.back) { actions.close() } },
                actions = {
                    TextButton(actions::export, enabled = state.isDone) { Text(stringResource(R.string.export_csv)) }
                },
            )
        },
    ) { insets ->
        Column(Modifier.padding(insets)) {
            if (!state.isDone) {
                val share = state.done.toFloat() / state.entries.size.coerceAtLeast(1)
                LinearProgressIndicator(progress = { share }, Modifier.fillMaxWidth())
            }
            LazyColumn { items(state.entries, key = { it.uri.toString() }) { PhotoRow(it, actions) } }
        }
    }
}

@Composable
private fun PhotoRow(
    entry: PhotoEntry,
    actions: PhotosActions,
) {
    val title =
        when (val result = entry.result) {
            PhotoResult.Waiting -> stringResource(R.string.reading_photo)
            is PhotoResult.Failed -> stringResource(result.details.code.sentence())
            is PhotoResult.Seen -> words(result.answer)
        }
    ListItem(
        headlineContent = { Text(title) },
        supportingContent = { Text(entry.name) },
        leadingContent = { Thumbnail(entry.thumbnail, Modifier.size(64.dp).clip(RoundedCornerShape(12.dp))) },
        modifier = Modifier.clickable { actions.open(entry.uri) },
    )
}

@Composable
private fun words(answer: Answer.Given): String =
    when (answer) {
        is Answer.Unsure -> stringResource(R.string.not_sure)
        is Answer.Sure -> {
            val guess =
                answer.guess?.let {
                    " · " +
                        stringResource(R.string.probably, it.name, numbers().percent(it.score))
                }
            "${answer.headline.name} ${numbers().percent(answer.headline.score)}${guess.orEmpty()}"
        }
    }

package io.pocketlens.app.teach

import androidx.compose.foundation.clickable
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.imePadding
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.layout.size
import androidx.compose.foundation.layout.widthIn
import androidx.compose.foundation.lazy.LazyColumn
import androidx.compose.foundation.lazy.items
import androidx.compose.foundation.shape.RoundedCornerShape
import androidx.compose.foundation.text.KeyboardActions
import androidx.compose.foundation.text.KeyboardOptions
import androidx.compose.material3.Button
import androidx.compose.material3.ExperimentalMaterial3Api
import androidx.compose.material3.ListItem
import androidx.compose.material3.OutlinedTextField
import androidx.compose.material3.Scaffold
import androidx.compose.material3.Text
import androidx.compose.material3.TopAppBar
import androidx.compose.runtime.Composable
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.draw.clip
import androidx.compose.ui.res.pluralStringResource
import androidx.compose.ui.res.stringResource
import androidx.compose.ui.semantics.Role
import androidx.compose.ui.text.input.ImeAction
import androidx.compose.ui.text.input.KeyboardCapitalization
import androidx.compose.ui.unit.dp
import io.pocketlens.app.R
import io.pocketlens.app.ui.IconAction
import io.pocketlens.app.ui.Thumbnail

/** Asks what the picture shows. */
@OptIn(ExperimentalMaterial3Api::class)
@Composable
fun NamingPage(
    state: TeachUiState.Naming,
    actions: TeachActions,
) {
    Scaffold(
        topBar = {
            TopAppBar(
                title = { Text(stringResource(if (state.wrong) R.string.teach_wrong_title else R.string.teach_title)) },
                navigationIcon = { IconAction(R.drawable.ic_back, R.string.back) { actions.close() } },
            )
        },
    ) { insets ->
        Box(Modifier.fillMaxSize().padding(insets).imePadding(), Alignment.TopCenter) {
            Column(Modifier.widthIn(max = 640.dp)) {
                Question(state, actions)
                LazyColumn {
                    items(state.suggestions, key = { it.name }) { SuggestionRow(it) { actions.name(it.name) } }
                }
            }
        }
    }
}

@Composable
private fun Question(
    state: TeachUiState.Naming,
    actions: TeachActions,
) = Row(
    Modifier.fillMaxWidth().padding(horizontal = 16.dp, vertical = 8.dp),
    Arrangement.spacedBy(16.dp),
) {
    Thumbnail(state.picture, Modifier.padding(top = 8.dp).size(96.dp).clip(RoundedCornerShape(16.dp)))
    Column(Modifier.weight(1f), Arrangement.spacedBy(8.dp)) {
        val ready = state.typed.isNotBlank() && state.picture != null
        OutlinedTextField(
            state.typed,
            actions::type,
            Modifier.fillMaxWidth(),
            label = { Text(stringResource(R.string.teach_name)) },
            supportingText = state.error?.let { { Text(stringResource(it.ofTeaching())) } },
            isError = state.error != null,
            singleLine = true,
            keyboardOptions = KeyboardOptions(KeyboardCapitalization.Sentences, imeAction = ImeAction.Next),
            keyboardActions = KeyboardActions(onNext = { if (ready) actions.name(state.typed) }),
        )
        Button({ actions.name(state.typed) }, Modifier.align(Alignment.End), ready) {
            Text(stringResource(R.string.teach_next))
        }
    }
}

@Composable
private fun SuggestionRow(
    suggestion: Suggestion,
    onClick: () -> Unit,
) = ListItem(
    headlineContent = { Text(suggestion.name) },
    supportingContent =
        suggestion.pictures.takeIf { it > 0 }?.let {
            { Text(pluralStringResource(R.plurals.taught_pictures, it, it)) }
        },
    modifier = Modifier.clickable(role = Role.Button, onClick = onClick),
)

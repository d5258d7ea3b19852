package io.pocketlens.app.history

import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.rememberScrollState
import androidx.compose.foundation.shape.RoundedCornerShape
import androidx.compose.foundation.verticalScroll
import androidx.compose.material3.ExperimentalMaterial3Api
import androidx.compose.material3.ModalBottomSheet
import androidx.compose.material3.Text
import androidx.compose.material3.TextButton
import androidx.compose.material3.rememberModalBottomSheetState
import androidx.compose.runtime.Composable
import androidx.compose.ui.Modifier
import androidx.compose.ui.draw.clip
import androidx.compose.ui.layout.ContentScale
import androidx.compose.ui.res.stringResource
import androidx.compose.ui.unit.dp
import io.pocketlens.app.R

/** One saved answer as large as the screen has room, in a sheet that can be dragged away. */
@OptIn(ExperimentalMaterial3Api::class)
@Composable
fun SavedAnswerSheet(
    entry: HistoryEntry,
    actions: HistoryActions,
) = ModalBottomSheet({ actions.show(null) }, sheetState = rememberModalBottomSheetState(skipPartiallyExpanded = true)) {
    Column(Modifier.verticalScroll(rememberScrollState()).padding(horizontal = 24.dp, vertical = 8.dp)) {
        FilePicture(
            entry.picture,
            Modifier.fillMaxWidth().clip(RoundedCornerShape(16.dp)),
            sample = 1,
            says = entry.text,
            scale = ContentScale.FillWidth,
        )
        Row(Modifier.fillMaxWidth().padding(top = 8.dp), Arrangement.SpaceEvenly) {
            TextButton({ actions.share(entry) }) { Text(stringResource(R.string.share)) }
            TextButton({ actions.remove(entry) }) { Text(stringResource(R.string.remove)) }
        }
    }
}

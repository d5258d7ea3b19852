package io.pocketlens.app.perf

import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.rememberScrollState
import androidx.compose.foundation.verticalScroll
import androidx.compose.material3.ExperimentalMaterial3Api
import androidx.compose.material3.FilledTonalButton
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.ModalBottomSheet
import androidx.compose.material3.Text
import androidx.compose.material3.rememberModalBottomSheetState
import androidx.compose.runtime.Composable
import androidx.compose.ui.Modifier
import androidx.compose.ui.res.stringResource
import androidx.compose.ui.semantics.heading
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.text.style.TextAlign
import androidx.compose.ui.unit.dp
import io.pocketlens.app.R

/** What the model takes, kept up to date by [measured] while it is open. */
@OptIn(ExperimentalMaterial3Api::class)
@Composable
fun PerformanceSheet(
    measured: Performance,
    onCopy: (String) -> Unit,
    onClose: () -> Unit,
) = ModalBottomSheet(onClose, sheetState = rememberModalBottomSheetState(skipPartiallyExpanded = true)) {
    val words = performanceWords(measured)
    Column(
        Modifier.verticalScroll(rememberScrollState()).padding(start = 24.dp, end = 24.dp, bottom = 24.dp),
        Arrangement.spacedBy(8.dp),
    ) {
        Text(
            stringResource(R.string.performance),
            Modifier.semantics { heading() },
            style = MaterialTheme.typography.headlineSmall,
        )
        Text(words.rate)
        if (words.rows.isNotEmpty()) StageRow(words.head)
        for (row in words.rows) StageRow(row)
        for (fact in words.facts) Text(fact, style = MaterialTheme.typography.bodyMedium)
        FilledTonalButton({ onCopy(words.plain()) }, Modifier.padding(top = 8.dp)) {
            Text(stringResource(R.string.copy_text))
        }
    }
}

@Composable
private fun StageRow(cells: List<String>) =
    Row(Modifier.fillMaxWidth().semantics(mergeDescendants = true) {}) {
        Text(cells.first(), Modifier.weight(2f))
        for (cell in cells.drop(1)) Text(cell, Modifier.weight(1f), textAlign = TextAlign.End)
    }

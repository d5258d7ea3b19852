package io.pocketlens.app.answer

import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.rememberScrollState
import androidx.compose.foundation.verticalScroll
import androidx.compose.material3.ExperimentalMaterial3Api
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.ModalBottomSheet
import androidx.compose.material3.Text
import androidx.compose.material3.rememberModalBottomSheetState
import androidx.compose.runtime.Composable
import androidx.compose.ui.Modifier
import androidx.compose.ui.res.stringResource
import androidx.compose.ui.semantics.heading
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.text.font.FontFamily
import androidx.compose.ui.unit.dp
import io.pocketlens.app.R
import io.pocketlens.app.ui.ScoreBar
import io.pocketlens.app.ui.numbers

/** One label, in a sheet that can be dragged away. */
@OptIn(ExperimentalMaterial3Api::class)
@Composable
fun LabelSheet(
    detail: LabelDetail,
    onClose: () -> Unit,
) = ModalBottomSheet(onClose, sheetState = rememberModalBottomSheetState(skipPartiallyExpanded = true)) {
    LabelDetails(
        detail,
        Modifier.verticalScroll(rememberScrollState()).padding(start = 24.dp, end = 24.dp, bottom = 24.dp),
    )
}

/** Where a label belongs, how sure the model is, and how far that can be trusted. */
@Composable
fun LabelDetails(
    detail: LabelDetail,
    modifier: Modifier = Modifier,
    /** Whether the name and the id lead them; not where the name stands large above. */
    named: Boolean = true,
) = Column(modifier.fillMaxWidth(), Arrangement.spacedBy(4.dp)) {
    if (named) {
        Text(detail.name, Modifier.semantics { heading() }, style = MaterialTheme.typography.headlineSmall)
        Soft(detail.label.mid, FontFamily.Monospace)
    }
    Section(R.string.label_place)
    val ways = detail.paths.filter { it.size > 1 }
    if (ways.isEmpty()) Text(stringResource(R.string.label_no_parents))
    for (way in ways) Text(way.joinToString(stringResource(R.string.path_separator)))
    if (detail.children.isNotEmpty()) Soft(stringResource(R.string.label_includes, shortList(detail.children)))
    Section(R.string.label_sure)
    HowSure(detail)
    val figures = figures(detail.label, detail.name)
    if (figures.isNotEmpty()) Section(R.string.label_trust)
    for (line in figures) Text(line)
}

@Composable
private fun HowSure(detail: LabelDetail) {
    val scored = detail.scored
    val threshold = numbers().finely(detail.label.threshold)
    ScoreBar(scored?.score ?: 0f, scored?.isSure ?: false, Modifier.padding(vertical = 4.dp))
    if (scored == null) {
        Text(stringResource(R.string.label_score_none))
        Soft(stringResource(R.string.label_threshold, threshold))
    } else {
        Text(stringResource(R.string.label_score, numbers().percent(scored.score)))
        Soft(stringResource(R.string.label_probability, numbers().finely(scored.probability), threshold))
    }
}

@Composable
private fun Section(title: Int) =
    Text(
        stringResource(title),
        Modifier.padding(top = 12.dp).semantics { heading() },
        color = MaterialTheme.colorScheme.primary,
        style = MaterialTheme.typography.titleSmall,
    )

@Composable
private fun Soft(
    says: String,
    family: FontFamily? = null,
) = Text(
    says,
    color = MaterialTheme.colorScheme.onSurfaceVariant,
    fontFamily = family,
    style = MaterialTheme.typography.bodyMedium,
)

private const val CHILDREN_SHOWN = 12

private fun shortList(names: List<String>): String {
    val first = names.take(CHILDREN_SHOWN).joinToString()
    return if (names.size > CHILDREN_SHOWN) "$first …" else first
}

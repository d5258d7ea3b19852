package io.pocketlens.app.answer

import androidx.compose.foundation.background
import androidx.compose.foundation.clickable
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.height
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.shape.CircleShape
import androidx.compose.foundation.shape.RoundedCornerShape
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.draw.clip
import androidx.compose.ui.res.stringResource
import androidx.compose.ui.semantics.clearAndSetSemantics
import androidx.compose.ui.semantics.contentDescription
import androidx.compose.ui.text.style.TextOverflow
import androidx.compose.ui.unit.Dp
import androidx.compose.ui.unit.dp
import io.pocketlens.app.R
import io.pocketlens.app.ui.ScoreBar
import io.pocketlens.app.ui.lineOf
import io.pocketlens.app.ui.numbers
import io.pocketlens.app.ui.oneLine

/** One thing that it may be. */
@Composable
fun AnswerRow(
    row: Scored,
    onLabel: (Int) -> Unit,
) {
    val percent = numbers().percent(row.score)
    val says = stringResource(if (row.sure) R.string.row_sure else R.string.row_unsure, row.name, percent)
    Box(
        Modifier
            .fillMaxWidth()
            .height(rowHeight())
            .clip(RoundedCornerShape(8.dp))
            .clickable(onClickLabel = stringResource(R.string.show_label)) { onLabel(row.index) },
        Alignment.Center,
    ) {
        Column(Modifier.clearAndSetSemantics { contentDescription = says }) {
            val style = MaterialTheme.typography.bodyLarge
            Row(Modifier.oneLine(style)) {
                Text(row.name, Modifier.weight(1f), style = style, maxLines = 1, overflow = TextOverflow.Ellipsis)
                Text(percent, Modifier.padding(start = 12.dp), style = style)
            }
            ScoreBar(row.score, row.sure, Modifier.padding(top = 4.dp))
        }
    }
}

/** What stands in a row's place before there is an answer. */
@Composable
fun SkeletonRow(place: Int) {
    val tone = MaterialTheme.colorScheme.surfaceContainerHighest
    Column(Modifier.fillMaxWidth().height(rowHeight()).padding(vertical = 8.dp), Arrangement.SpaceEvenly) {
        val width = SKELETON_WIDTHS[place % SKELETON_WIDTHS.size]
        Box(Modifier.fillMaxWidth(width).height(12.dp).background(tone, CircleShape))
        Box(Modifier.fillMaxWidth().height(8.dp).background(tone, CircleShape))
    }
}

private val SKELETON_WIDTHS = listOf(.34f, .22f, .28f, .18f, .25f)

/** As high as a finger needs, and as the text. */
@Composable
internal fun rowHeight(): Dp = (lineOf(MaterialTheme.typography.bodyLarge) + 20.dp).coerceAtLeast(48.dp)

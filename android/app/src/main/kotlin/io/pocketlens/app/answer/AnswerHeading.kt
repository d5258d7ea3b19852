package io.pocketlens.app.answer

import androidx.compose.foundation.clickable
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.shape.RoundedCornerShape
import androidx.compose.foundation.text.BasicText
import androidx.compose.foundation.text.TextAutoSize
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.ui.Modifier
import androidx.compose.ui.draw.clip
import androidx.compose.ui.res.stringResource
import androidx.compose.ui.semantics.heading
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.text.style.TextOverflow
import androidx.compose.ui.unit.dp
import androidx.compose.ui.unit.sp
import io.pocketlens.app.R
import io.pocketlens.app.ui.numbers
import io.pocketlens.app.ui.oneLine

/** What stands large, with a line above and one below; [label] opens on a tap. */
data class AnswerHead(
    val above: String,
    val title: String,
    val below: String,
    val percent: String = "",
    val label: Int? = null,
)

/** The headline: what it is, how sure that is, where it belongs and what it probably is more exactly. */
@Composable
fun AnswerHeading(
    answer: Answer,
    waiting: AnswerHead,
    onLabel: (Int) -> Unit,
) {
    val head = if (answer is Answer.Given) head(answer) else waiting
    val details = stringResource(R.string.show_label)
    val open = head.label?.let { Modifier.clickable(onClickLabel = details) { onLabel(it) } } ?: Modifier
    val colors = MaterialTheme.colorScheme
    Column(
        Modifier
            .fillMaxWidth()
            .clip(RoundedCornerShape(8.dp))
            .then(open)
            .semantics(mergeDescendants = true) {},
    ) {
        SoftLine(head.above)
        val style = MaterialTheme.typography.headlineLarge
        Row(Modifier.oneLine(style)) {
            val tone = if (head.label == null) colors.onSurfaceVariant else colors.onSurface
            BasicText(
                head.title,
                Modifier
                    .weight(1f)
                    .alignByBaseline()
                    .semantics { heading() },
                style = style.copy(color = tone),
                maxLines = 1,
                overflow = TextOverflow.Ellipsis,
                autoSize = TextAutoSize.StepBased(maxFontSize = style.fontSize, minFontSize = 16.sp),
            )
            Text(
                head.percent,
                Modifier.padding(start = 12.dp).alignByBaseline(),
                style = MaterialTheme.typography.titleLarge,
            )
        }
        SoftLine(head.below)
    }
}

@Composable
private fun SoftLine(says: String) {
    val style = MaterialTheme.typography.bodyMedium
    Text(
        says,
        Modifier.oneLine(style),
        color = MaterialTheme.colorScheme.onSurfaceVariant,
        style = style,
        maxLines = 1,
        overflow = TextOverflow.Ellipsis,
    )
}

@Composable
private fun head(answer: Answer.Given): AnswerHead =
    when (answer) {
        is Answer.Unsure ->
            AnswerHead(
                above = "",
                title = stringResource(R.string.not_sure),
                below = stringResource(R.string.not_sure_advice),
            )
        is Answer.Sure ->
            AnswerHead(
                above = answer.path.joinToString(stringResource(R.string.path_separator)),
                title = answer.headline.name,
                below =
                    answer.guess
                        ?.let {
                            stringResource(
                                R.string.probably,
                                it.name,
                                numbers().percent(it.score),
                            )
                        }.orEmpty(),
                percent = numbers().percent(answer.headline.score),
                label = answer.headline.index,
            )
    }

package io.pocketlens.app.answer

import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.Spacer
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.height
import androidx.compose.foundation.layout.padding
import androidx.compose.material3.LinearProgressIndicator
import androidx.compose.runtime.Composable
import androidx.compose.ui.Modifier
import androidx.compose.ui.semantics.getOrNull
import androidx.compose.ui.unit.dp

/**
 * An [answer] in words and bars. Its height follows from [count] and the size of the text alone, so that
 * the picture beside it keeps its place whatever is seen.
 */
@Composable
fun AnswerPanel(
    answer: Answer,
    count: Int,
    waiting: AnswerHead,
    onLabel: (Int) -> Unit,
    modifier: Modifier = Modifier,
) = Column(modifier.fillMaxWidth()) {
    AnswerHeading(answer, waiting, onLabel)
    if (answer is Answer.Preparing) {
        LinearProgressIndicator(Modifier.fillMaxWidth().padding(top = 8.dp).height(4.dp))
    } else {
        Spacer(Modifier.height(12.dp))
    }
    val rows = (answer as? Answer.Given)?.others
    for (place in 0 until count) {
        val row = rows?.getOrNull(place)
        when {
            row != null -> AnswerRow(row, onLabel)
            rows == null -> SkeletonRow(place)
            else -> Spacer(Modifier.height(rowHeight()))
        }
    }
}

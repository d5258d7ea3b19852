package io.pocketlens.app.ui

import androidx.compose.foundation.Canvas
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.height
import androidx.compose.material3.MaterialTheme
import androidx.compose.runtime.Composable
import androidx.compose.ui.Modifier
import androidx.compose.ui.geometry.CornerRadius
import androidx.compose.ui.geometry.Offset
import androidx.compose.ui.geometry.Size
import androidx.compose.ui.unit.LayoutDirection
import androidx.compose.ui.unit.dp

/** A score, 0..1, as a bar. Silent for TalkBack: the text beside it says it. */
@Composable
fun ScoreBar(
    score: Float,
    sure: Boolean,
    modifier: Modifier = Modifier,
) {
    val track = MaterialTheme.colorScheme.surfaceContainerHighest
    val fill = if (sure) MaterialTheme.colorScheme.primary else MaterialTheme.colorScheme.outline
    Canvas(modifier.fillMaxWidth().height(8.dp)) {
        val round = CornerRadius(size.height / 2)
        drawRoundRect(track, cornerRadius = round)
        if (score <= 0f) return@Canvas
        val length = maxOf(size.height, size.width * score)
        val start = if (layoutDirection == LayoutDirection.Rtl) size.width - length else 0f
        drawRoundRect(fill, Offset(start, 0f), Size(length, size.height), round)
    }
}

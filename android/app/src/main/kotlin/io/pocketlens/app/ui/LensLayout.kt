package io.pocketlens.app.ui

import androidx.compose.foundation.background
import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.BoxScope
import androidx.compose.foundation.layout.BoxWithConstraints
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.ColumnScope
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxHeight
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.heightIn
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.layout.safeDrawingPadding
import androidx.compose.foundation.layout.widthIn
import androidx.compose.foundation.rememberScrollState
import androidx.compose.foundation.shape.RoundedCornerShape
import androidx.compose.foundation.verticalScroll
import androidx.compose.runtime.Composable
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.draw.clip
import androidx.compose.ui.unit.dp
import io.pocketlens.app.ui.theme.LensColors

/**
 * A [picture] and a [panel] that says what it shows: below it, or beside it where the screen is wide.
 * [detail] fills what a large screen leaves empty below the panel.
 */
@Composable
fun LensLayout(
    picture: @Composable BoxScope.() -> Unit,
    panel: @Composable ColumnScope.() -> Unit,
    controls: @Composable () -> Unit,
    detail: (@Composable () -> Unit)? = null,
) = BoxWithConstraints(Modifier.fillMaxSize().safeDrawingPadding().padding(8.dp)) {
    val wide = maxWidth > maxHeight
    val large = wide && maxHeight >= LARGE
    val frame = Modifier.clip(RoundedCornerShape(28.dp)).background(LensColors.background)
    if (wide) {
        Row(Modifier.fillMaxSize()) {
            Box(Modifier.weight(PICTURE_SHARE).fillMaxHeight().then(frame), content = picture)
            Column(Modifier.weight(1f - PICTURE_SHARE).fillMaxHeight().padding(start = 8.dp)) {
                Panel(Modifier.weight(1f)) {
                    panel()
                    if (large) detail?.invoke()
                }
                controls()
            }
        }
    } else {
        val most = maxHeight * PANEL_SHARE
        Column(Modifier.fillMaxSize(), horizontalAlignment = Alignment.CenterHorizontally) {
            Box(Modifier.weight(1f).fillMaxWidth().then(frame), content = picture)
            Panel(Modifier.heightIn(max = most).widthIn(max = 640.dp), panel)
            controls()
        }
    }
}

@Composable
private fun Panel(
    modifier: Modifier,
    content: @Composable ColumnScope.() -> Unit,
) = Column(
    modifier.verticalScroll(rememberScrollState()).padding(horizontal = 16.dp, vertical = 8.dp),
    content = content,
)

private const val PICTURE_SHARE = .55f
private const val PANEL_SHARE = .46f
private val LARGE = 600.dp

package io.pocketlens.app.ui

import androidx.annotation.DrawableRes
import androidx.annotation.StringRes
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.BoxWithConstraints
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.layout.safeDrawingPadding
import androidx.compose.foundation.layout.widthIn
import androidx.compose.foundation.rememberScrollState
import androidx.compose.foundation.verticalScroll
import androidx.compose.runtime.Composable
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.semantics.paneTitle
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.unit.dp
import io.pocketlens.classifier.ErrorCode

/** A full page that says one thing: a question, a failure, a result. */
data class Message(
    @param:DrawableRes val icon: Int,
    val title: String,
    val text: String,
    val isError: Boolean = false,
    /** For whoever helps: the name of the error and what exactly was found. */
    val details: ErrorDetails? = null,
    val busy: Boolean = false,
)

/** What stands behind "Details". */
data class ErrorDetails(
    val code: ErrorCode,
    val message: String,
)

/** A way on from a page. */
class Way(
    @param:StringRes val says: Int,
    val go: () -> Unit,
)

/** Shows a [Message] with its [ways], the first of them the one to take; in two columns where it is low. */
@Composable
fun MessagePage(
    message: Message,
    ways: List<Way>,
    modifier: Modifier = Modifier,
) = BoxWithConstraints(
    modifier
        .fillMaxSize()
        .safeDrawingPadding()
        .padding(24.dp)
        .semantics { paneTitle = message.title },
    contentAlignment = Alignment.Center,
) {
    if (maxWidth > maxHeight && maxHeight < LOW) {
        Row(
            Modifier.widthIn(max = 840.dp),
            horizontalArrangement = Arrangement.spacedBy(32.dp),
            verticalAlignment = Alignment.CenterVertically,
        ) {
            Said(message, Modifier.weight(1f).verticalScroll(rememberScrollState()))
            Ways(ways, Modifier.weight(1f).verticalScroll(rememberScrollState()))
        }
    } else {
        Column(
            Modifier.widthIn(max = 440.dp).verticalScroll(rememberScrollState()),
            verticalArrangement = Arrangement.spacedBy(24.dp),
        ) {
            Said(message, Modifier.fillMaxWidth())
            Ways(ways, Modifier.fillMaxWidth())
        }
    }
}

private val LOW = 480.dp

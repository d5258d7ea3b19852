package io.pocketlens.app.ui

import androidx.compose.foundation.background
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.heightIn
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.layout.size
import androidx.compose.foundation.shape.CircleShape
import androidx.compose.foundation.shape.RoundedCornerShape
import androidx.compose.foundation.text.selection.SelectionContainer
import androidx.compose.material3.Button
import androidx.compose.material3.FilledTonalButton
import androidx.compose.material3.Icon
import androidx.compose.material3.LinearProgressIndicator
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.Text
import androidx.compose.material3.TextButton
import androidx.compose.runtime.Composable
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.saveable.rememberSaveable
import androidx.compose.runtime.setValue
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.res.painterResource
import androidx.compose.ui.res.stringResource
import androidx.compose.ui.semantics.contentDescription
import androidx.compose.ui.semantics.heading
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.text.font.FontFamily
import androidx.compose.ui.text.style.TextAlign
import androidx.compose.ui.unit.dp
import io.pocketlens.app.R

/** The icon, the title and the text of a page. */
@Composable
internal fun Said(
    message: Message,
    modifier: Modifier,
) = Column(modifier, Arrangement.spacedBy(12.dp), Alignment.CenterHorizontally) {
    val colors = MaterialTheme.colorScheme
    val ground = if (message.isError) colors.errorContainer else colors.primaryContainer
    Box(Modifier.size(88.dp).background(ground, CircleShape), Alignment.Center) {
        val tint = if (message.isError) colors.onErrorContainer else colors.onPrimaryContainer
        Icon(painterResource(message.icon), contentDescription = null, Modifier.size(36.dp), tint)
    }
    Text(
        message.title,
        Modifier.padding(top = 8.dp).semantics { heading() },
        style = MaterialTheme.typography.headlineSmall,
        textAlign = TextAlign.Center,
    )
    Text(
        message.text,
        color = colors.onSurfaceVariant,
        style = MaterialTheme.typography.bodyLarge,
        textAlign = TextAlign.Center,
    )
    if (message.busy) LinearProgressIndicator(Modifier.fillMaxWidth().padding(top = 8.dp))
    message.details?.let { Details(it) }
}

/** What a page's buttons are. */
@Composable
internal fun Ways(
    ways: List<Way>,
    modifier: Modifier,
) = Column(modifier, Arrangement.spacedBy(8.dp)) {
    ways.forEachIndexed { place, way ->
        val size = Modifier.fillMaxWidth().heightIn(min = 52.dp)
        val says = @Composable { Text(stringResource(way.says), textAlign = TextAlign.Center) }
        when (place) {
            0 -> Button(way.go, size) { says() }
            1 -> FilledTonalButton(way.go, size) { says() }
            else -> TextButton(way.go, size) { says() }
        }
    }
}

@Composable
private fun Details(details: ErrorDetails) {
    var open by rememberSaveable { mutableStateOf(false) }
    if (!open) return TextButton({ open = true }) { Text(stringResource(R.string.details)) }
    SelectionContainer {
        Column(
            Modifier
                .fillMaxWidth()
                .background(MaterialTheme.colorScheme.surfaceVariant, RoundedCornerShape(12.dp))
                .padding(16.dp),
        ) {
            Text(details.code.key, fontFamily = FontFamily.Monospace, style = MaterialTheme.typography.bodyMedium)
            if (details.message.isNotEmpty()) Text(details.message, style = MaterialTheme.typography.bodyMedium)
        }
    }
}

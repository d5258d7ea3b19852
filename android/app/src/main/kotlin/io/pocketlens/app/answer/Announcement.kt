package io.pocketlens.app.answer

import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.size
import androidx.compose.runtime.Composable
import androidx.compose.runtime.LaunchedEffect
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.remember
import androidx.compose.runtime.rememberUpdatedState
import androidx.compose.runtime.saveable.rememberSaveable
import androidx.compose.runtime.setValue
import androidx.compose.ui.Modifier
import androidx.compose.ui.res.stringResource
import androidx.compose.ui.semantics.LiveRegionMode
import androidx.compose.ui.semantics.contentDescription
import androidx.compose.ui.semantics.liveRegion
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.unit.dp
import io.pocketlens.app.R
import kotlinx.coroutines.delay

/** How long an answer must have stood before it is said. */
const val STEADY_MS = 900L

/** The pause between two sayings. */
const val PAUSE_MS = 3_000L

/**
 * Lets TalkBack, and the voice behind [onSay], say what is seen without chatter: only an answer that has
 * stood a while, never the same twice in a row, and with a pause in between.
 */
@Composable
fun Announcement(
    answer: Answer,
    onSay: (String) -> Unit,
) {
    val text = announced(answer)
    var said by rememberSaveable { mutableStateOf("") }
    var quiet by remember { mutableStateOf(true) }
    val say by rememberUpdatedState(onSay)
    LaunchedEffect(said) {
        quiet = said.isEmpty()
        if (quiet) return@LaunchedEffect
        delay(PAUSE_MS)
        quiet = true
    }
    LaunchedEffect(text, quiet) {
        if (text == null || text == said || !quiet) return@LaunchedEffect
        delay(STEADY_MS)
        said = text
        say(text)
    }
    Box(
        Modifier.size(1.dp).semantics {
            liveRegion = LiveRegionMode.Polite
            contentDescription = said
        },
    )
}

/** What is said of [answer]; null: nothing. */
@Composable
private fun announced(answer: Answer): String? =
    when (answer) {
        is Answer.Sure -> stringResource(R.string.announce_sure, answer.headline.name)
        is Answer.Unsure -> stringResource(R.string.announce_unsure)
        else -> null
    }

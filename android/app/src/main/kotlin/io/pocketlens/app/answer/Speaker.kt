package io.pocketlens.app.answer

import android.content.Context
import android.speech.tts.TextToSpeech
import androidx.compose.runtime.Composable
import androidx.compose.runtime.DisposableEffect
import androidx.compose.runtime.remember
import androidx.compose.ui.platform.LocalConfiguration
import java.io.Closeable
import java.util.Locale

/** Says things aloud. */
interface Speaker : Closeable {
    /** Says [text] in place of what is being said. */
    fun say(
        text: String,
        locale: Locale,
    )
}

/** Makes a [Speaker] when one is wanted. */
fun interface SpeakerMaker {
    fun make(): Speaker
}

/** The phone's own voice. What is to be said before it is ready is said then. */
class TextToSpeechSpeaker(
    context: Context,
) : Speaker {
    private var ready = false
    private var waiting: Pair<String, Locale>? = null
    private val voice = TextToSpeech(context) { status -> onReady(status) }

    override fun say(
        text: String,
        locale: Locale,
    ) {
        if (!ready) {
            waiting = text to locale
            return
        }
        voice.language = locale
        voice.speak(text, TextToSpeech.QUEUE_FLUSH, null, "answer")
    }

    override fun close() = voice.shutdown()

    private fun onReady(status: Int) {
        ready = status == TextToSpeech.SUCCESS
        if (ready) waiting?.let { (text, locale) -> say(text, locale) }
        waiting = null
    }
}

/** What says answers aloud while it is [wanted], for [Announcement]. */
@Composable
fun rememberVoice(
    wanted: Boolean,
    maker: SpeakerMaker,
): (String) -> Unit {
    val locale = LocalConfiguration.current.locales[0]
    val speaker = remember(wanted) { if (wanted) maker.make() else null }
    DisposableEffect(speaker) { onDispose { speaker?.close() } }
    return { text -> speaker?.say(text, locale) }
}

package io.pocketlens.app.answer

import android.app.Application
import android.speech.tts.TextToSpeech
import androidx.test.core.app.ApplicationProvider
import org.junit.Assert.assertEquals
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.Shadows.shadowOf
import org.robolectric.shadows.ShadowTextToSpeech
import java.util.Locale

/** The phone's own voice. */
@RunWith(RobolectricTestRunner::class)
class SpeakerTest {
    private val speaker = TextToSpeechSpeaker(ApplicationProvider.getApplicationContext<Application>())
    private val shadow = shadowOf(ShadowTextToSpeech.getLastTextToSpeechInstance())

    @Test
    fun whatIsSaidBeforeItIsReadyIsSaidThen() {
        speaker.say("I see: Cat", Locale.ENGLISH)
        speaker.say("Ich sehe: Hund", Locale.GERMAN)
        assertNull(shadow.lastSpokenText)
        shadow.onInitListener.onInit(TextToSpeech.SUCCESS)
        assertEquals("the newest", "Ich sehe: Hund", shadow.lastSpokenText)
        assertEquals(Locale.GERMAN, shadow.currentLanguage)
    }

    @Test
    fun aNewAnswerBreaksTheOldOneOff() {
        shadow.onInitListener.onInit(TextToSpeech.SUCCESS)
        speaker.say("I see: Cat", Locale.ENGLISH)
        speaker.say("I see: Dog", Locale.ENGLISH)
        assertEquals("I see: Dog", shadow.lastSpokenText)
        assertEquals(TextToSpeech.QUEUE_FLUSH, shadow.queueMode)
    }

    @Test
    fun withoutAVoiceNothingBreaks() {
        shadow.onInitListener.onInit(TextToSpeech.ERROR)
        speaker.say("I see: Cat", Locale.ENGLISH)
        assertNull(shadow.lastSpokenText)
        speaker.close()
        assertTrue(shadow.isShutdown)
    }
}

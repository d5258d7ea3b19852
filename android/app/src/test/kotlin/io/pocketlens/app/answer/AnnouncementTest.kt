package io.pocketlens.app.answer

import androidx.activity.ComponentActivity
import androidx.activity.compose.setContent
import androidx.compose.runtime.mutableStateOf
import androidx.compose.ui.semantics.LiveRegionMode
import androidx.compose.ui.semantics.SemanticsProperties
import androidx.compose.ui.semantics.getOrNull
import androidx.compose.ui.test.junit4.v2.createAndroidComposeRule
import androidx.compose.ui.test.onNodeWithContentDescription
import io.pocketlens.app.testing.FakeModel
import io.pocketlens.app.testing.States
import io.pocketlens.app.ui.theme.AppTheme
import org.junit.Assert.assertEquals
import org.junit.Rule
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.annotation.Config

/** What TalkBack says of changing answers, and the voice. */
@RunWith(RobolectricTestRunner::class)
@Config(sdk = [34])
class AnnouncementTest {
    @get:Rule
    val rule = createAndroidComposeRule<ComponentActivity>()
    private val answer = mutableStateOf<Answer>(Answer.Looking)
    private val said = ArrayList<String>()

    private fun passes(milliseconds: Long) {
        rule.mainClock.advanceTimeBy(milliseconds)
        rule.waitForIdle()
    }

    @Test
    fun saysWhatHasStoodForAWhileWithoutChatter() {
        rule.mainClock.autoAdvance = false
        rule.setContent { AppTheme { Announcement(answer.value) { said.add(it) } } }
        passes(2_000)
        assertEquals(emptyList<String>(), said)
        answer.value = States.answer()
        passes(STEADY_MS / 2)
        answer.value = States.answer(FakeModel.dog())
        passes(STEADY_MS / 2)
        assertEquals("a flicker", emptyList<String>(), said)
        passes(STEADY_MS)
        assertEquals(listOf("I see: Dog"), said)
        answer.value = States.answer()
        passes(STEADY_MS + 200)
        assertEquals("not so soon", 1, said.size)
        passes(PAUSE_MS + STEADY_MS)
        assertEquals(listOf("I see: Dog", "I see: Cat"), said)
        passes(10_000)
        assertEquals("nothing twice", 2, said.size)
        val region = rule.onNodeWithContentDescription("I see: Cat").fetchSemanticsNode()
        assertEquals(LiveRegionMode.Polite, region.config.getOrNull(SemanticsProperties.LiveRegion))
    }
}

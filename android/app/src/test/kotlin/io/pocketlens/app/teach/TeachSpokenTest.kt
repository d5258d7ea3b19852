package io.pocketlens.app.teach

import androidx.activity.ComponentActivity
import androidx.compose.runtime.Composable
import androidx.compose.ui.semantics.LiveRegionMode
import androidx.compose.ui.semantics.SemanticsProperties
import androidx.compose.ui.test.SemanticsMatcher
import androidx.compose.ui.test.junit4.v2.createAndroidComposeRule
import androidx.compose.ui.test.onNodeWithContentDescription
import androidx.compose.ui.test.onNodeWithText
import androidx.compose.ui.test.performClick
import io.pocketlens.app.golden.Forms
import io.pocketlens.app.testing.NoActions
import io.pocketlens.app.testing.States
import io.pocketlens.app.testing.words
import io.pocketlens.app.ui.theme.AppTheme
import org.junit.Assert.assertEquals
import org.junit.Rule
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.annotation.Config
import java.io.File

/** What TalkBack says while something is taught: what a picture is, news as they come. */
@RunWith(RobolectricTestRunner::class)
@Config(sdk = [34], qualifiers = Forms.SMALL_PHONE)
class TeachSpokenTest {
    @get:Rule
    val rule = createAndroidComposeRule<ComponentActivity>()
    private val done = ArrayList<String>()
    private val mug = TaughtThing("own/mug", "Mug", List(2) { TaughtShot("$it", File("none")) })
    private val actions =
        object : NoActions() {
            override fun removeShot(
                thing: TaughtThing,
                shot: TaughtShot,
            ) {
                done.add("${thing.name} ${shot.id}")
            }

            override fun name(name: String) {
                done.add(name)
            }
        }

    private fun show(content: @Composable () -> Unit) {
        rule.setContent { AppTheme(content = content) }
        rule.waitForIdle()
    }

    @Test
    fun takingPictures() {
        val eye = Eye.Running(States.back)
        val state = TeachUiState.Shooting("Mug", List(2) { File("none") }, 1, ShotHint.TURN_IT, eye)
        show { TeachScreen(state, actions) { _, _ -> } }
        rule.onNodeWithContentDescription("2 pictures").assertExists()
        val news = SemanticsMatcher.expectValue(SemanticsProperties.LiveRegion, LiveRegionMode.Polite)
        val said = rule.onNode(news).fetchSemanticsNode()
        val expected = "That looked nearly the same. Turn it, or walk around it. 4 more different pictures would help."
        assertEquals(listOf(expected), said.words())
    }

    @Test
    fun theList() {
        show { TaughtScreen(TaughtUiState(listOf(mug)), actions) }
        rule.onNodeWithContentDescription("Picture 2 of Mug").performClick()
        assertEquals(listOf("Mug 1"), done)
    }

    @Test
    fun suggestions() {
        val asks = TeachUiState.Naming(null, "", listOf(Suggestion("Cat")))
        show { TeachScreen(asks, actions) { _, _ -> } }
        rule.onNodeWithText("Cat").performClick()
        assertEquals(listOf("Cat"), done)
    }
}

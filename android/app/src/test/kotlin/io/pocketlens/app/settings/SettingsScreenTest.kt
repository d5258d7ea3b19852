package io.pocketlens.app.settings

import androidx.activity.ComponentActivity
import androidx.activity.compose.setContent
import androidx.compose.ui.test.assertHasClickAction
import androidx.compose.ui.test.assertIsDisplayed
import androidx.compose.ui.test.assertIsSelected
import androidx.compose.ui.test.hasClickAction
import androidx.compose.ui.test.junit4.v2.createAndroidComposeRule
import androidx.compose.ui.test.onNodeWithContentDescription
import androidx.compose.ui.test.onNodeWithText
import androidx.compose.ui.test.performClick
import androidx.compose.ui.unit.dp
import io.pocketlens.app.testing.FakePackages
import io.pocketlens.app.testing.NoActions
import io.pocketlens.app.ui.theme.AppTheme
import io.pocketlens.classifier.Strictness
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Before
import org.junit.Rule
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.annotation.Config

/** The settings screen to a finger and to TalkBack. */
@RunWith(RobolectricTestRunner::class)
@Config(sdk = [34], qualifiers = "w411dp-h1600dp-port-notnight-xhdpi")
class SettingsScreenTest {
    @get:Rule
    val rule = createAndroidComposeRule<ComponentActivity>()
    private var settings = UserSettings()
    private val actions =
        object : NoActions() {
            override fun choose(change: (UserSettings) -> UserSettings) {
                settings = change(settings)
            }
        }

    @Before
    fun show() =
        rule.setContent {
            val state = SettingsUiState(settings, true, listOf(FakePackages.stored()), "601 labels")
            AppTheme { SettingsScreen(state, AppFacts("0.1.0", null), actions) }
        }

    @Test
    fun theLabelsLanguageIsOneRowWithADialog() {
        rule.onNodeWithText("Deutsch").assertDoesNotExist()
        rule.onNodeWithText("Language of the labels").performClick()
        rule.onNodeWithText("Deutsch").performClick()
        assertEquals("de", settings.language)
    }

    @Test
    fun choicesAreRadioButtonsAndSwitchesSwitches() {
        rule.onNodeWithText("601 labels").assertIsDisplayed()
        rule.onNodeWithText("Built-in model").assertIsSelected()
        rule.onNodeWithText("Strict").performClick()
        rule.onNodeWithText("10").performClick()
        rule.onNodeWithText("Speak answers aloud").performClick()
        assertEquals(UserSettings(strictness = Strictness.STRICT, labels = 10, speak = true), settings)
        rule.onNodeWithContentDescription("Remove Flowers of my garden").assertHasClickAction()
    }

    @Test
    fun everythingThatCanBeTappedIsLargeEnough() {
        val nodes = rule.onAllNodes(hasClickAction()).fetchSemanticsNodes()
        assertTrue(nodes.size > 12)
        val dp = rule.density.density
        for (node in nodes) {
            val touch = node.touchBoundsInRoot
            assertTrue("${node.config}: ${touch.height / dp}", touch.height / dp >= 47.5 && touch.width / dp >= 47.5)
        }
    }
}

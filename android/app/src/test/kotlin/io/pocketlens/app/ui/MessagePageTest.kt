package io.pocketlens.app.ui

import androidx.activity.ComponentActivity
import androidx.activity.compose.setContent
import androidx.compose.ui.test.assertIsDisplayed
import androidx.compose.ui.test.getUnclippedBoundsInRoot
import androidx.compose.ui.test.junit4.v2.createAndroidComposeRule
import androidx.compose.ui.test.onNodeWithText
import androidx.compose.ui.test.performClick
import androidx.compose.ui.unit.dp
import io.pocketlens.app.testing.NoActions
import io.pocketlens.app.testing.States
import io.pocketlens.app.ui.theme.AppTheme
import io.pocketlens.classifier.ErrorCode
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Rule
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.annotation.Config

/** Pages with one thing to say. */
@RunWith(RobolectricTestRunner::class)
@Config(sdk = [26, 34], qualifiers = "w891dp-h411dp-land-xhdpi")
class MessagePageTest {
    @get:Rule
    val rule = createAndroidComposeRule<ComponentActivity>()

    @Test
    fun errorCodesStandBehindDetails() {
        rule.setContent { AppTheme { TroublePage(Trouble.Model(States.wrongHash(), imported = false), NoActions()) } }
        rule.onNodeWithText("wrong_hash").assertDoesNotExist()
        rule.onNodeWithText("Details").performClick()
        rule.onNodeWithText("wrong_hash").assertIsDisplayed()
    }

    @Test
    fun noButtonIsCutInLandscape() {
        rule.setContent { AppTheme { TroublePage(Trouble.Model(States.wrongHash(), imported = true), NoActions()) } }
        for (way in listOf("Use the built-in model", "Try again", "Choose another model")) {
            rule.onNodeWithText(way).assertIsDisplayed()
            assertTrue(rule.onNodeWithText(way).getUnclippedBoundsInRoot().bottom <= 411.dp)
        }
    }

    @Test
    fun everyErrorHasItsOwnSentence() {
        val sentences = ErrorCode.entries.map { it.sentence() }
        assertEquals(ErrorCode.entries.size, sentences.toSet().size)
    }
}

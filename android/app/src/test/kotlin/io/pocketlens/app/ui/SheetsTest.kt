package io.pocketlens.app.ui

import androidx.activity.ComponentActivity
import androidx.compose.runtime.Composable
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableIntStateOf
import androidx.compose.runtime.setValue
import androidx.compose.ui.test.assertIsDisplayed
import androidx.compose.ui.test.junit4.v2.createAndroidComposeRule
import androidx.compose.ui.test.onNodeWithText
import androidx.compose.ui.test.performTouchInput
import androidx.compose.ui.test.swipeDown
import io.pocketlens.app.answer.LabelSheet
import io.pocketlens.app.golden.Forms
import io.pocketlens.app.history.HistoryEntry
import io.pocketlens.app.history.SavedAnswerSheet
import io.pocketlens.app.perf.PerformanceSheet
import io.pocketlens.app.testing.NoActions
import io.pocketlens.app.testing.States
import io.pocketlens.app.ui.theme.AppTheme
import org.junit.Assert.assertEquals
import org.junit.Rule
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.annotation.Config
import java.io.File

/** Each sheet can be dragged: back when it was pulled a little, away when it was pulled far. */
@RunWith(RobolectricTestRunner::class)
@Config(sdk = [34], qualifiers = Forms.PHONE)
class SheetsTest {
    @get:Rule
    val rule = createAndroidComposeRule<ComponentActivity>()
    private var closed by mutableIntStateOf(0)

    private fun drags(
        says: String,
        sheet: @Composable () -> Unit,
    ) {
        rule.setContent { AppTheme { if (closed == 0) sheet() } }
        rule.onNodeWithText(says).assertIsDisplayed()
        rule.onNodeWithText(says).performTouchInput { swipeDown(centerY, centerY + LITTLE, durationMillis = 500) }
        rule.waitForIdle()
        assertEquals("it came back", 0, closed)
        rule.onNodeWithText(says).assertIsDisplayed()
        rule.onNodeWithText(says).performTouchInput { swipeDown(centerY, centerY + FAR) }
        rule.waitForIdle()
        assertEquals("it went", 1, closed)
        rule.onNodeWithText(says).assertDoesNotExist()
    }

    @Test
    fun aLabel() = drags("Where it belongs") { LabelSheet(States.detail()) { closed++ } }

    @Test
    fun whatWasMeasured() = drags("Performance") { PerformanceSheet(States.performance(), {}) { closed++ } }

    @Test
    fun aSavedAnswer() {
        val actions =
            object : NoActions() {
                override fun show(entry: HistoryEntry?) {
                    closed++
                }
            }
        drags("Share") { SavedAnswerSheet(HistoryEntry("1", 0, "Cat 91%", "Cat", File("none")), actions) }
    }

    private companion object {
        /** In pixels of a screen of 1782. */
        const val LITTLE = 60f
        const val FAR = 900f
    }
}

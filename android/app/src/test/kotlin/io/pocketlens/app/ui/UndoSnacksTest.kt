package io.pocketlens.app.ui

import androidx.activity.ComponentActivity
import androidx.compose.material3.SnackbarHost
import androidx.compose.material3.SnackbarHostState
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.setValue
import androidx.compose.ui.test.assertIsDisplayed
import androidx.compose.ui.test.junit4.v2.createAndroidComposeRule
import androidx.compose.ui.test.onNodeWithText
import androidx.compose.ui.test.performClick
import io.pocketlens.app.R
import io.pocketlens.app.ui.theme.AppTheme
import org.junit.Assert.assertEquals
import org.junit.Before
import org.junit.Rule
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.annotation.Config

/** What is said below a list: what was removed, with a way back, and what failed. */
@RunWith(RobolectricTestRunner::class)
@Config(sdk = [34])
class UndoSnacksTest {
    @get:Rule
    val rule = createAndroidComposeRule<ComponentActivity>()
    private val done = ArrayList<String>()
    private val actions =
        object : UndoActions {
            override fun undo() {
                done.add("undo")
            }

            override fun forgetRemoved() {
                done.add("forget")
            }
        }
    private var removed by mutableStateOf<Removed?>(null)
    private var failure by mutableStateOf<Failure?>(null)

    @Before
    fun show() {
        val snacks = SnackbarHostState()
        rule.setContent {
            AppTheme {
                SnackbarHost(snacks)
                UndoSnacks(snacks, removed, failure, actions)
            }
        }
    }

    @Test
    fun aRemovalCanBeTakenBack() {
        removed = Removed("Mug", whole = true, 1)
        rule.onNodeWithText("“Mug” was removed").assertIsDisplayed()
        rule.onNodeWithText("Undo").performClick()
        rule.waitForIdle()
        assertEquals(listOf("undo"), done)
    }

    @Test
    fun orNotForEver() {
        removed = Removed("Mug", whole = false, 1)
        rule.onNodeWithText("A picture of “Mug” was removed").assertIsDisplayed()
        rule.mainClock.advanceTimeBy(LONG_MS)
        rule.waitForIdle()
        assertEquals(listOf("forget"), done)
    }

    @Test
    fun theSameFailureIsSaidEachTimeAndUndoIsOfferedAgain() {
        val says = rule.activity.getString(R.string.error_cannot_write)
        for (turn in 1..2) {
            failure = Failure(R.string.error_cannot_write, turn)
            removed = Removed("Mug", whole = true, turn)
            rule.onNodeWithText(says).assertIsDisplayed()
            rule.mainClock.advanceTimeBy(SHORT_MS)
            rule.onNodeWithText("Undo").performClick()
            rule.waitForIdle()
        }
        assertEquals(listOf("undo", "undo"), done)
    }

    private companion object {
        const val SHORT_MS = 5_000L
        const val LONG_MS = 12_000L
    }
}

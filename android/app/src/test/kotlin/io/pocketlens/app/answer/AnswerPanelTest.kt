package io.pocketlens.app.answer

import androidx.activity.ComponentActivity
import androidx.activity.compose.setContent
import androidx.compose.foundation.layout.Column
import androidx.compose.runtime.mutableStateOf
import androidx.compose.ui.Modifier
import androidx.compose.ui.platform.testTag
import androidx.compose.ui.test.assertHasClickAction
import androidx.compose.ui.test.assertHeightIsAtLeast
import androidx.compose.ui.test.assertIsDisplayed
import androidx.compose.ui.test.getBoundsInRoot
import androidx.compose.ui.test.junit4.v2.createAndroidComposeRule
import androidx.compose.ui.test.onNodeWithContentDescription
import androidx.compose.ui.test.onNodeWithTag
import androidx.compose.ui.test.onNodeWithText
import androidx.compose.ui.test.performClick
import androidx.compose.ui.unit.dp
import androidx.compose.ui.unit.height
import io.pocketlens.app.golden.Forms
import io.pocketlens.app.testing.FakeModel
import io.pocketlens.app.testing.States
import io.pocketlens.app.ui.theme.AppTheme
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Rule
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.annotation.Config

/** What the panel says, to the eye and to TalkBack. */
@RunWith(RobolectricTestRunner::class)
@Config(sdk = [26, 34], qualifiers = Forms.PHONE)
class AnswerPanelTest {
    @get:Rule
    val rule = createAndroidComposeRule<ComponentActivity>()
    private val answer = mutableStateOf<Answer>(Answer.Looking)
    private val opened = ArrayList<Int>()

    private fun show(
        first: Answer,
        rows: Int = 5,
    ) {
        answer.value = first
        rule.setContent {
            AppTheme {
                Column(Modifier.testTag("panel")) {
                    AnswerPanel(
                        answer.value,
                        rows,
                        AnswerHead("", "Looking…", "Point at something"),
                        { opened.add(it) },
                    )
                }
            }
        }
    }

    @Test
    fun saysHeadlinePathAndPercent() {
        show(States.answer())
        rule.onNodeWithText("Cat").assertIsDisplayed()
        rule.onNodeWithText("Animal › Mammal › Carnivore", substring = true).assertIsDisplayed()
        rule.onNodeWithContentDescription("Pillow, 34%, not sure").assertHasClickAction()
        rule.onNodeWithText("Cat").performClick()
        assertEquals(listOf(FakeModel.CAT), opened)
    }

    @Test
    fun saysWhatItProbablyIs() {
        show(States.answer(FakeModel.someAnimal()))
        rule.onNodeWithText("Probably: Dog, 42%", substring = true).assertIsDisplayed()
    }

    @Test
    fun rowsAreLargeEnoughForAFinger() {
        show(States.answer())
        for (row in listOf("Pillow, 34%, not sure", "Lynx, 21%, not sure")) {
            rule.onNodeWithContentDescription(row).assertHeightIsAtLeast(48.dp)
        }
    }

    @Test
    fun isReadFromTopToBottom() {
        show(States.answer())
        val tops =
            listOf("Pillow, 34%, not sure", "Lynx, 21%, not sure", "Furniture, 15%, not sure").map { row ->
                rule.onNodeWithContentDescription(row).getBoundsInRoot().top
            }
        assertEquals(tops.sorted(), tops)
        assertTrue(rule.onNodeWithText("Cat").getBoundsInRoot().top < tops.first())
    }

    /** Else the picture beside it would change its shape with every answer. */
    @Test
    fun hasOneHeightWhateverItSays() {
        show(Answer.Looking)
        val heights =
            listOf(
                Answer.Looking,
                Answer.Preparing,
                States.answer(),
                States.answer(FakeModel.someAnimal()),
                States.answer(FakeModel.nothing()),
                States.answer(rows = 2),
                chinese(),
            ).map { next ->
                answer.value = next
                rule.waitForIdle()
                rule.onNodeWithTag("panel").getBoundsInRoot().height
            }
        assertEquals("$heights", 1, heights.distinct().size)
    }

    private fun chinese() =
        (States.answer() as Answer.Sure).run {
            copy(headline = headline.copy(name = "猫科动物"), path = listOf("动物", "哺乳动物", "食肉动物"))
        }
}

package io.pocketlens.app.live

import androidx.activity.ComponentActivity
import androidx.activity.compose.setContent
import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.size
import androidx.compose.ui.Modifier
import androidx.compose.ui.geometry.Offset
import androidx.compose.ui.semantics.SemanticsActions
import androidx.compose.ui.semantics.getOrNull
import androidx.compose.ui.test.assertHasNoClickAction
import androidx.compose.ui.test.click
import androidx.compose.ui.test.junit4.v2.createAndroidComposeRule
import androidx.compose.ui.test.onNodeWithContentDescription
import androidx.compose.ui.test.performSemanticsAction
import androidx.compose.ui.test.performTouchInput
import androidx.compose.ui.test.pinch
import androidx.compose.ui.unit.dp
import io.pocketlens.app.camera.CameraInfo
import io.pocketlens.app.golden.Forms
import io.pocketlens.app.testing.NoActions
import io.pocketlens.app.testing.States
import io.pocketlens.app.ui.theme.AppTheme
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Rule
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.annotation.Config

/** Touching the camera's picture, with a finger and with TalkBack. */
@RunWith(RobolectricTestRunner::class)
@Config(sdk = [26, 34], qualifiers = Forms.PHONE)
class ViewfinderTest {
    @get:Rule
    val rule = createAndroidComposeRule<ComponentActivity>()
    private val focused = ArrayList<Pair<Float, Float>>()
    private val zoomed = ArrayList<Float>()
    private val actions =
        object : NoActions() {
            override fun focusAt(
                x: Float,
                y: Float,
            ) {
                focused.add(x to y)
            }

            override fun zoom(factor: Float) {
                zoomed.add(factor)
            }
        }

    private fun show(camera: CameraInfo?) =
        rule.setContent { AppTheme { Box(Modifier.size(200.dp)) { Viewfinder(camera, actions) { Box(it) } } } }

    private val picture get() = rule.onNodeWithContentDescription("Camera picture")

    @Test
    fun talkBackFocusesInTheMiddle() {
        show(States.back)
        picture.performSemanticsAction(SemanticsActions.OnClick)
        assertEquals(listOf(.5f to .5f), focused)
    }

    @Test
    fun aTapFocusesWhereItIs() {
        show(States.back)
        picture.performTouchInput { click(Offset(width * .25f, height * .75f)) }
        rule.waitForIdle()
        assertEquals(1, focused.size)
        assertEquals(.25f, focused.single().first, .01f)
        assertEquals(.75f, focused.single().second, .01f)
    }

    @Test
    fun aCameraWithoutFocusIsNotAskedToAndOffersNothing() {
        show(States.back.copy(canFocus = false))
        picture.assertHasNoClickAction()
        picture.performTouchInput { click(center) }
        rule.waitForIdle()
        assertEquals(emptyList<Pair<Float, Float>>(), focused)
    }

    @Test
    fun twoFingersZoom() {
        show(States.back)
        picture.performTouchInput {
            pinch(Offset(90f, 100f), Offset(40f, 100f), Offset(110f, 100f), Offset(160f, 100f), 200)
        }
        rule.waitForIdle()
        assertTrue("$zoomed", zoomed.fold(1f) { all, one -> all * one } > 1.5f)
    }

    @Test
    fun talkBackZoomsToo() {
        show(States.back)
        val all = checkNotNull(picture.fetchSemanticsNode().config.getOrNull(SemanticsActions.CustomActions))
        assertEquals(listOf("Zoom in", "Zoom out"), all.map { it.label })
        rule.runOnIdle { all.first().action() }
        assertTrue(zoomed.single() > 1f)
    }
}

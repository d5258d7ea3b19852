package io.pocketlens.app.photo

import androidx.activity.ComponentActivity
import androidx.activity.compose.setContent
import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.size
import androidx.compose.ui.Modifier
import androidx.compose.ui.geometry.Offset
import androidx.compose.ui.test.junit4.v2.createAndroidComposeRule
import androidx.compose.ui.test.onNodeWithContentDescription
import androidx.compose.ui.test.onNodeWithText
import androidx.compose.ui.test.performClick
import androidx.compose.ui.test.performTouchInput
import androidx.compose.ui.unit.dp
import io.pocketlens.app.golden.Forms
import io.pocketlens.app.results.PicturePart
import io.pocketlens.app.testing.FakePhotos
import io.pocketlens.app.testing.NoActions
import io.pocketlens.app.ui.theme.AppTheme
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Rule
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.annotation.Config

/** Choosing a part of a picture. */
@RunWith(RobolectricTestRunner::class)
@Config(sdk = [34], qualifiers = Forms.PHONE)
class PictureViewTest {
    @get:Rule
    val rule = createAndroidComposeRule<ComponentActivity>()
    private val parts = ArrayList<PicturePart?>()
    private val actions =
        object : NoActions() {
            override fun look(part: PicturePart?) {
                parts.add(part)
            }
        }

    private fun show(part: PicturePart? = null) =
        rule.setContent {
            AppTheme { Box(Modifier.size(200.dp, 400.dp)) { PictureView(FakePhotos.picture(100, 100), part, actions) } }
        }

    @Test
    fun aFingerChoosesAPartOfThePicture() {
        show()
        // 200 x 200 dp of picture in the middle of 200 x 400 dp; two pixels a dp.
        rule.onNodeWithContentDescription("Picture.", substring = true).performTouchInput {
            down(Offset(100f, 300f))
            repeat(10) { moveBy(Offset(20f, 20f)) }
            up()
        }
        rule.waitForIdle()
        val part = checkNotNull(parts.single())
        assertEquals(.3f, part.left, .06f)
        assertEquals(.3f, part.top, .06f)
        assertEquals(.75f, part.right, .01f)
        assertEquals(.75f, part.bottom, .01f)
    }

    @Test
    fun theWholePictureComesBack() {
        show(PicturePart(.2f, .2f, .6f, .6f))
        rule.onNodeWithText("Whole picture").performClick()
        assertEquals(listOf<PicturePart?>(null), parts)
    }

    @Test
    fun cutsWhatIsMeant() {
        val cut = PicturePart(.5f, .25f, 1f, .75f).of(FakePhotos.picture(80, 60))
        assertEquals(40 to 30, cut.width to cut.height)
        assertFalse(PicturePart.between(.5f, .5f, .51f, .9f).isMeant)
        assertEquals(PicturePart(0f, .2f, .4f, 1f), PicturePart.between(.4f, 3f, -2f, .2f))
    }
}

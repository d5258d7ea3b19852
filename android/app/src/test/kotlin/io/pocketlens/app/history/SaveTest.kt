package io.pocketlens.app.history

import android.app.Application
import android.graphics.BitmapFactory
import android.graphics.Color
import android.net.Uri
import androidx.compose.ui.test.assertIsDisplayed
import androidx.compose.ui.test.junit4.v2.createEmptyComposeRule
import androidx.compose.ui.test.onAllNodesWithContentDescription
import androidx.compose.ui.test.onNodeWithText
import androidx.compose.ui.test.performClick
import androidx.test.core.app.ActivityScenario
import androidx.test.core.app.ApplicationProvider
import io.pocketlens.app.R
import io.pocketlens.app.golden.Forms
import io.pocketlens.app.testing.FakePhotos
import io.pocketlens.app.testing.TestApp
import io.pocketlens.app.testing.settle
import io.pocketlens.app.testing.sharePhoto
import io.pocketlens.classifier.Photo
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Rule
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.annotation.Config
import org.robolectric.shadows.ShadowToast
import java.io.File

/** Pressing Save, and what the history then shows. */
@RunWith(RobolectricTestRunner::class)
@Config(application = TestApp::class, sdk = [34], qualifiers = Forms.PHONE)
class SaveTest {
    @get:Rule
    val rule = createEmptyComposeRule()
    private val phone get() = TestApp.phone
    private val app = ApplicationProvider.getApplicationContext<Application>()
    private val folder = File(app.filesDir, "history")

    private fun saved(): List<File> = folder.listFiles().orEmpty().toList()

    private fun savePhoto() {
        sharePhoto(Uri.parse("content://photos/1")).use {
            rule.settle()
            rule.onNodeWithText("Save").performClick()
            rule.settle()
        }
    }

    @Test
    fun aSavedAnswerIsInTheHistoryAndGoesFromIt() {
        phone.photos.make = { Photo(FakePhotos.picture(200, 100).apply { eraseColor(Color.GREEN) }) }
        savePhoto()
        assertEquals("Saved on this phone", ShadowToast.getTextOfLatestToast())
        val picture = BitmapFactory.decodeFile(saved().single { it.extension == "jpg" }.path)
        assertEquals("the photo on top, its labels below", 1080, picture.width)
        assertTrue(Color.green(picture.getPixel(500, 200)) > 240)
        ActivityScenario.launch(HistoryActivity::class.java).use {
            rule.settle()
            rule.onNodeWithText("Cat 91%").performClick()
            rule.waitUntil(PATIENCE_MS) {
                rule
                    .onAllNodesWithContentDescription("Pillow 34%", substring = true)
                    .fetchSemanticsNodes()
                    .isNotEmpty()
            }
            rule.onNodeWithText("Remove").performClick()
            rule.settle()
            rule.onNodeWithText("Nothing saved yet", substring = true).assertIsDisplayed()
            assertEquals(emptyList<File>(), saved())
            rule.onNodeWithText("Undo").performClick()
            rule.settle()
            rule.onNodeWithText("Cat 91%").assertIsDisplayed()
        }
        assertEquals(2, saved().size)
    }

    @Test
    fun withoutRoomItIsSaidAndNothingIsLeft() {
        folder.writeText("a file where the folder should be")
        savePhoto()
        assertEquals(app.getString(R.string.error_cannot_write), ShadowToast.getTextOfLatestToast())
        assertTrue("it is as it was", folder.isFile)
    }

    private companion object {
        const val PATIENCE_MS = 10_000L
    }
}

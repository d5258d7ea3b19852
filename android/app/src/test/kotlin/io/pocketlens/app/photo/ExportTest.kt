package io.pocketlens.app.photo

import android.app.Activity
import android.app.Application
import android.content.Intent
import android.net.Uri
import androidx.compose.ui.test.assertIsEnabled
import androidx.compose.ui.test.junit4.v2.createEmptyComposeRule
import androidx.compose.ui.test.onNodeWithText
import androidx.compose.ui.test.performClick
import androidx.test.core.app.ActivityScenario
import androidx.test.core.app.ApplicationProvider
import io.pocketlens.app.R
import io.pocketlens.app.golden.Forms
import io.pocketlens.app.testing.FakePhotos
import io.pocketlens.app.testing.TestApp
import io.pocketlens.app.testing.settle
import io.pocketlens.classifier.ClassifierException
import io.pocketlens.classifier.ErrorCode
import io.pocketlens.classifier.Photo
import org.junit.Assert.assertEquals
import org.junit.Rule
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config
import org.robolectric.shadows.ShadowToast
import java.io.ByteArrayOutputStream
import java.io.IOException
import java.io.OutputStream

/** Several shared photos, and the file that their answers are written to. */
@RunWith(RobolectricTestRunner::class)
@Config(application = TestApp::class, sdk = [34], qualifiers = Forms.PHONE)
class ExportTest {
    @get:Rule
    val rule = createEmptyComposeRule()
    private val phone get() = TestApp.phone
    private val app = ApplicationProvider.getApplicationContext<Application>()
    private val target = Uri.parse("content://documents/pocketlens.csv")

    private fun open(): ActivityScenario<PhotosActivity> {
        phone.photos.make = { uri ->
            if (uri.lastPathSegment == "broken.jpg") throw ClassifierException(ErrorCode.UNREADABLE_PHOTO, "no photo")
            Photo(FakePhotos.picture())
        }
        val photos = listOf("cat.jpg", "broken.jpg").map { Uri.parse("content://photos/$it") }
        val share =
            Intent(app, PhotosActivity::class.java)
                .setAction(Intent.ACTION_SEND_MULTIPLE)
                .putParcelableArrayListExtra(Intent.EXTRA_STREAM, ArrayList(photos))
        return ActivityScenario.launch(share)
    }

    /** Presses the button and chooses [target], which is written to [stream]. */
    private fun ActivityScenario<PhotosActivity>.exportsTo(stream: OutputStream) {
        rule.settle()
        shadowOf(app.contentResolver).registerOutputStream(target, stream)
        rule.onNodeWithText("Export CSV").assertIsEnabled().performClick()
        onActivity { activity ->
            val asked = shadowOf(activity).nextStartedActivityForResult.intent
            assertEquals(Intent.ACTION_CREATE_DOCUMENT, asked.action)
            assertEquals("text/csv", asked.type)
            shadowOf(activity).receiveResult(asked, Activity.RESULT_OK, Intent().setData(target))
        }
        rule.settle()
    }

    @Test
    fun everyPhotoHasItsRowInTheFile() {
        val file = ByteArrayOutputStream()
        open().use {
            it.exportsTo(file)
            assertEquals("Exported", ShadowToast.getTextOfLatestToast())
        }
        val rows = file.toString(Charsets.UTF_8.name()).split("\r\n")
        assertEquals("file,headline,score,guess,guess_score,others,error", rows[0])
        assertEquals("cat.jpg,Cat,0.914", rows[1].split(",").take(3).joinToString(","))
        assertEquals("broken.jpg,,,,,,unreadable_photo", rows[2])
        assertEquals("nothing behind the last row", listOf(""), rows.drop(3))
    }

    @Test
    fun aFileThatCannotBeWrittenIsSaid() {
        for (failure in listOf(IOException("full"), SecurityException("not any more"))) {
            val broken =
                object : OutputStream() {
                    override fun write(byte: Int): Unit = throw failure
                }
            open().use {
                it.exportsTo(broken)
                assertEquals(app.getString(R.string.error_cannot_write), ShadowToast.getTextOfLatestToast())
            }
        }
    }
}

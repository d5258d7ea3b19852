package io.pocketlens.app.photo

import android.app.Application
import android.content.Intent
import android.net.Uri
import androidx.lifecycle.SavedStateHandle
import androidx.test.core.app.ApplicationProvider
import io.pocketlens.app.testing.FakePhotos
import io.pocketlens.app.testing.TestApp
import io.pocketlens.classifier.ClassifierException
import io.pocketlens.classifier.ErrorCode
import io.pocketlens.classifier.Photo
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.annotation.Config

/** Several photos at once. */
@RunWith(RobolectricTestRunner::class)
@Config(application = TestApp::class)
class PhotosTest {
    private val phone get() = TestApp.phone

    @Test
    fun eachHasItsAnswerAndABrokenOneStopsNothing() {
        phone.photos.make = { uri ->
            if (uri.lastPathSegment == "broken.jpg") throw ClassifierException(ErrorCode.UNREADABLE_PHOTO, "no photo")
            Photo(FakePhotos.picture())
        }
        val model = PhotosViewModel(phone.graph, SavedStateHandle())
        model.open(listOf("a.jpg", "broken.jpg", "b, c.jpg").map { Uri.parse("content://photos/$it") })
        phone.settle()
        val entries = model.uiState.value.entries
        assertEquals(3, model.uiState.value.done)
        assertTrue(entries[0].result is PhotoResult.Seen)
        assertEquals(ErrorCode.UNREADABLE_PHOTO, (entries[1].result as PhotoResult.Failed).details.code)
        assertTrue(entries[2].result is PhotoResult.Seen)
        val csv = PhotosCsv.of(entries).split("\r\n")
        assertEquals("file,headline,score,guess,guess_score,others,error", csv[0])
        assertTrue(csv[1], csv[1].startsWith("a.jpg,Cat,0.914,,,Pillow 0.340; Lynx"))
        assertEquals("broken.jpg,,,,,,unreadable_photo", csv[2])
        assertTrue(csv[3], csv[3].startsWith("\"b, c.jpg\",Cat,"))
    }

    @Test
    fun onePhotoSharedTwiceIsOne() {
        val model = PhotosViewModel(phone.graph, SavedStateHandle())
        model.open(List(2) { Uri.parse("content://photos/a.jpg") })
        phone.settle()
        assertEquals(1, model.uiState.value.entries.size)
    }

    @Test
    fun aNameIsNoFormula() {
        val entry = PhotoEntry(Uri.parse("x"), "=1+2.jpg")
        assertTrue(PhotosCsv.of(listOf(entry)).contains("\r\n'=1+2.jpg,"))
    }

    @Test
    fun severalSharedPhotosOpenTheList() {
        val photos = arrayListOf(Uri.parse("content://photos/1"), Uri.parse("content://photos/2"))
        val shared = Intent(Intent.ACTION_SEND_MULTIPLE).putParcelableArrayListExtra(Intent.EXTRA_STREAM, photos)
        assertEquals(photos, PhotoIntents.photos(shared))
        val app = ApplicationProvider.getApplicationContext<Application>()
        assertEquals(PhotosActivity::class.java.name, PhotoIntents.open(app, photos).component?.className)
        assertEquals(PhotoActivity::class.java.name, PhotoIntents.open(app, photos.take(1)).component?.className)
    }
}

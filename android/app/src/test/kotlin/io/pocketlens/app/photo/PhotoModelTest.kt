package io.pocketlens.app.photo

import android.net.Uri
import androidx.lifecycle.SavedStateHandle
import io.pocketlens.app.answer.Answer
import io.pocketlens.app.results.PicturePart
import io.pocketlens.app.testing.FakeModel
import io.pocketlens.app.testing.FakePhotos
import io.pocketlens.app.testing.TestApp
import io.pocketlens.app.testing.again
import io.pocketlens.app.ui.Trouble
import io.pocketlens.classifier.ClassifierException
import io.pocketlens.classifier.ErrorCode
import io.pocketlens.classifier.Photo
import kotlinx.coroutines.flow.update
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.annotation.Config

/** A photo and the model are awaited together. */
@RunWith(RobolectricTestRunner::class)
@Config(application = TestApp::class)
class PhotoModelTest {
    private val phone get() = TestApp.phone
    private val uri = Uri.parse("content://photos/1")
    private val saved = SavedStateHandle()

    private fun open(handle: SavedStateHandle = saved) = PhotoViewModel(phone.graph, handle).apply { open(uri) }

    private fun PhotoViewModel.answer() = (uiState.value.page as PhotoPage.Shown).answer

    @Test
    fun isReadWhicheverOfPhotoAndModelComesFirst() {
        val model = open()
        phone.settle()
        assertEquals("Cat", (model.answer() as Answer.Sure).headline.name)
        val second = open(SavedStateHandle())
        phone.settle()
        assertEquals("the model was there before", "Cat", (second.answer() as Answer.Sure).headline.name)
    }

    @Test
    fun isReadAgainWhenThereIsAnotherModel() {
        val model = open()
        phone.settle()
        phone.opener.sees = FakeModel.dog()
        phone.settings.stored.update { it.copy(threads = 4) }
        phone.settle()
        assertEquals("Dog", (model.answer() as Answer.Sure).headline.name)
    }

    @Test
    fun outlivesTheProcess() {
        open()
        phone.settle()
        val again = PhotoViewModel(phone.graph, saved.again())
        phone.settle()
        assertTrue(again.isOpen)
        assertEquals("Cat", (again.answer() as Answer.Sure).headline.name)
    }

    @Test
    fun aPartIsReadAndThenTheWholeAgain() {
        val model = open()
        phone.settle()
        phone.opener.sees = FakeModel.dog()
        model.look(PicturePart(0f, 0f, .5f, .5f))
        phone.settle()
        assertEquals("Dog", (model.answer() as Answer.Sure).headline.name)
        phone.opener.sees = FakeModel.cat()
        model.look(null)
        phone.settle()
        assertEquals("Cat", (model.answer() as Answer.Sure).headline.name)
    }

    @Test
    fun aPhotoThatCannotBeReadIsSaid() {
        phone.photos.make = { throw ClassifierException(ErrorCode.UNREADABLE_PHOTO, "no photo") }
        val model = open()
        phone.settle()
        val problem = model.uiState.value.page as PhotoPage.Problem
        assertEquals(ErrorCode.UNREADABLE_PHOTO, (problem.trouble as Trouble.Photo).details.code)
        phone.photos.make = { Photo(FakePhotos.picture()) }
        model.retry()
        phone.settle()
        assertTrue(model.answer() is Answer.Sure)
    }
}

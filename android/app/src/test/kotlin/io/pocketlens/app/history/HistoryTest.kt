package io.pocketlens.app.history

import android.app.Application
import android.content.ClipboardManager
import android.content.Intent
import android.graphics.BitmapFactory
import android.graphics.Color
import android.net.Uri
import androidx.core.content.IntentCompat
import androidx.lifecycle.SavedStateHandle
import androidx.test.core.app.ApplicationProvider
import io.pocketlens.app.R
import io.pocketlens.app.testing.FakePhotos
import io.pocketlens.app.testing.States
import io.pocketlens.app.testing.TestApp
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.launch
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.Robolectric
import org.robolectric.RobolectricTestRunner
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config
import java.io.File

/** What leaves the screen: saved, shared and copied answers. */
@RunWith(RobolectricTestRunner::class)
@Config(application = TestApp::class)
class HistoryTest {
    private val phone get() = TestApp.phone
    private val app = ApplicationProvider.getApplicationContext<Application>()
    private val words = AnswerWords.of(app.resources, States.answer())
    private val folder = File(app.filesDir, "history")

    private fun entries(): List<HistoryEntry> {
        var found = emptyList<HistoryEntry>()
        val job = CoroutineScope(Dispatchers.Main.immediate).launch { phone.history.entries.collect { found = it } }
        phone.settle()
        job.cancel()
        return found
    }

    private fun add() {
        CoroutineScope(Dispatchers.Main.immediate).launch { phone.history.add(FakePhotos.picture(), words) }
        phone.settle()
    }

    @Test
    fun keepsTheNewestFirstAndErasesAtOnce() {
        add()
        phone.clock += 1000
        add()
        val both = entries()
        assertEquals(listOf(11_000L, 10_000L), both.map { it.savedAt })
        assertTrue(both.all { it.title == "Cat 91%" && it.picture.length() > 0 })
        CoroutineScope(Dispatchers.Main.immediate).launch { phone.history.remove(both.first().id) }
        phone.settle()
        assertEquals(listOf(both.last().id), entries().map { it.id })
        val model = HistoryViewModel(phone.graph, SavedStateHandle())
        model.askToClear(true)
        phone.settle()
        assertTrue(model.uiState.value.asksToClear)
        model.clear()
        phone.settle()
        assertEquals(HistoryUiState(emptyList(), asksToClear = false), model.uiState.value)
        assertFalse("nothing is left on the disk", folder.exists())
    }

    private fun bytes() = folder.listFiles().orEmpty().associate { it.name to it.readBytes().toList() }

    private fun model() = HistoryViewModel(phone.graph, SavedStateHandle()).also { phone.settle() }

    private fun HistoryViewModel.removeFirst() {
        val entry = checkNotNull(uiState.value.entries).first()
        show(entry)
        remove(entry)
        phone.settle()
    }

    @Test
    fun aRemovedOneCanBeTakenBack() {
        add()
        val before = bytes()
        val model = model()
        model.removeFirst()
        assertEquals(emptyList<HistoryEntry>(), model.uiState.value.entries)
        val removed = model.uiState.value.removed
        assertEquals("Cat 91%", removed?.name)
        assertEquals("until then it is nowhere on the disk", 0, bytes().size)
        model.undo()
        phone.settle()
        assertEquals(before, bytes())
        assertEquals("and not opened", HistoryUiState(entries()), model.uiState.value)
        model.undo()
        phone.settle()
        assertEquals("once is enough", before, bytes())
    }

    @Test
    fun withoutRoomItIsSaidAndCanBeTriedAgain() {
        add()
        val before = bytes()
        val model = model()
        model.removeFirst()
        folder.deleteRecursively()
        folder.writeText("a file where the folder should be")
        model.undo()
        phone.settle()
        val failure = model.uiState.value.failure
        assertEquals(R.string.error_cannot_write, failure?.says)
        folder.delete()
        model.undo()
        phone.settle()
        assertEquals(before, bytes())
    }

    @Test
    fun whatWasErasedWithAllTheRestStaysSo() {
        add()
        add()
        val model = model()
        model.removeFirst()
        model.clear()
        phone.settle()
        assertNull(model.uiState.value.removed)
        model.undo()
        phone.settle()
        assertEquals(0, bytes().size)
    }

    @Test
    fun aDamagedEntryHidesNoOther() {
        add()
        File(folder, "bad.json").writeText("{")
        assertEquals(1, entries().size)
    }

    @Test
    fun thePictureHasItsLabelsBelow() {
        val picture = FakePhotos.picture(200, 100).apply { eraseColor(Color.GREEN) }
        val drawn = AnswerPicture(picture, words).draw()
        assertEquals(1080, drawn.width)
        assertEquals(Color.GREEN, drawn.getPixel(500, 200))
        val below =
            (560 until drawn.height)
                .flatMap { y ->
                    (0 until 1080 step 4).map { drawn.getPixel(it, y) }
                }.toSet()
        assertTrue("text and bars", below.size > 10)
    }

    @Test
    fun sharesThePictureAndItsWords() {
        val activity = Robolectric.buildActivity(HistoryActivity::class.java).setup().get()
        AnswerKeeper(activity, phone.graph, FakePhotos.picture(), null, States.answer()).share()
        phone.settle()
        val chooser = shadowOf(activity).nextStartedActivity
        val send = checkNotNull(IntentCompat.getParcelableExtra(chooser, Intent.EXTRA_INTENT, Intent::class.java))
        assertEquals("image/jpeg", send.type)
        assertTrue(send.getStringExtra(Intent.EXTRA_TEXT).orEmpty().startsWith("Cat 91%\nPillow 34%"))
        val uri = checkNotNull(IntentCompat.getParcelableExtra(send, Intent.EXTRA_STREAM, Uri::class.java))
        assertEquals("io.pocketlens.app.files", uri.authority)
        val shown = activity.contentResolver.openInputStream(uri).use { BitmapFactory.decodeStream(it) }
        assertEquals("the picture with its labels", 1080, shown.width)
    }

    @Test
    fun copiesTheWords() {
        val activity = Robolectric.buildActivity(HistoryActivity::class.java).setup().get()
        AnswerKeeper(activity, phone.graph, FakePhotos.picture(), null, States.answer()).copy()
        phone.settle()
        val clip = activity.getSystemService(ClipboardManager::class.java).primaryClip
        assertEquals(words.plain(), clip?.getItemAt(0)?.text.toString())
    }
}

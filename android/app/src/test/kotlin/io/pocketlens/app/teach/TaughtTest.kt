package io.pocketlens.app.teach

import android.app.Application
import android.content.Intent
import android.net.Uri
import androidx.core.content.FileProvider
import androidx.core.content.IntentCompat
import androidx.lifecycle.SavedStateHandle
import io.pocketlens.app.R
import io.pocketlens.app.testing.FakePhone
import io.pocketlens.app.testing.FakePhotos
import io.pocketlens.app.testing.TestApp
import io.pocketlens.classifier.ErrorCode
import io.pocketlens.classifier.Photo
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.launch
import org.junit.After
import org.junit.Assert.assertEquals
import org.junit.Assert.assertNotEquals
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Before
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.Robolectric
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config
import java.io.File

/** What was taught: looked at, renamed, removed, taken back, shared and opened. */
@RunWith(RobolectricTestRunner::class)
@Config(application = TestApp::class)
class TaughtTest {
    private var phone = TestApp.phone
    private val app: Application get() = RuntimeEnvironment.getApplication()
    private var model = TaughtViewModel(phone.graph, SavedStateHandle())
    private val state get() = model.uiState.value
    private val things get() = state.things.orEmpty()
    private val home get() = File(app.filesDir, "taught")

    /** Where files lie that are shared is kept for the whole process, and another test had another place. */
    @Before
    @After
    fun forgetPlaces() {
        val known =
            FileProvider::class.java
                .getDeclaredField("sCache")
                .apply { isAccessible = true }
                .get(null)
        (known as MutableMap<*, *>).clear()
    }

    private fun settled(work: suspend () -> Unit) {
        CoroutineScope(Dispatchers.Main).launch { work() }
        phone.settle()
    }

    private fun teach(
        name: String,
        pictures: Int = 2,
    ) {
        phone.settle()
        settled { repeat(pictures) { phone.taught.teach(name, Photo(FakePhotos.picture())) } }
    }

    private fun again() {
        phone = FakePhone(app)
        model = TaughtViewModel(phone.graph, SavedStateHandle())
        phone.settle()
    }

    @Test
    fun whatWasTaughtIsThereAfterTheProcess() {
        teach("Mug")
        teach("Key", 1)
        again()
        assertEquals(listOf("Mug" to 2, "Key" to 1), things.map { it.name to it.shots.size })
        assertTrue(things.flatMap { it.shots }.all { it.picture.isFile })
    }

    @Test
    fun aThingIsRenamedUnlessTheNameIsTaken() {
        teach("Mug")
        teach("Key")
        model.askToRename(things[1])
        model.typeName("mug")
        model.rename()
        phone.settle()
        assertEquals(ErrorCode.BAD_TAUGHT_LABEL, state.renaming?.error)
        model.typeName(" House key ")
        phone.settle()
        assertNull(state.renaming?.error)
        model.rename()
        phone.settle()
        assertNull(state.renaming)
        assertEquals(listOf("Mug", "House key"), things.map { it.name })
        again()
        assertEquals(listOf("Mug", "House key"), things.map { it.name })
    }

    @Test
    fun whatIsRemovedCanBeTakenBack() {
        teach("Mug")
        teach("Key", 1)
        val before = things
        model.remove(things[0])
        phone.settle()
        assertEquals(listOf("Key"), things.map { it.name })
        assertEquals("Mug" to true, state.removed?.let { it.name to it.whole })
        model.undo()
        phone.settle()
        assertEquals(before, things)
        assertNull(state.removed)
        model.removeShot(things[0], things[0].shots[0])
        phone.settle()
        assertEquals(before[0].shots.drop(1), things[0].shots)
        model.removeShot(things[1], things[1].shots[0])
        phone.settle()
        assertEquals("the last picture takes the thing with it", listOf("Mug"), things.map { it.name })
        assertEquals("Key" to true, state.removed?.let { it.name to it.whole })
        model.undo()
        phone.settle()
        assertEquals("and not the removal before", 1 to 1, things[0].shots.size to things[1].shots.size)
    }

    @Test
    fun whatCannotBeTakenBackIsSaidAndCanBeTriedAgain() {
        teach("Mug")
        teach("Key", 1)
        val before = things
        model.remove(things[0])
        phone.settle()
        val first = checkNotNull(state.removed)
        val file = home.walk().first { it.name == "mine.taught" }
        file.delete()
        file.mkdir() // no file can be written there
        repeat(2) {
            val said = state.failure
            model.undo()
            phone.settle()
            assertEquals(R.string.error_cannot_write, state.failure?.says)
            assertNotEquals("it is said each time", said, state.failure)
        }
        assertEquals("the list is as the disk is", listOf("Key"), things.map { it.name })
        assertEquals("and can be tried again", "Mug", state.removed?.takeIf { it.turn > first.turn }?.name)
        file.delete()
        model.undo()
        phone.settle()
        assertEquals(before, things)
        assertNull(state.removed)
        assertNull(state.failure)
        again()
        assertEquals(before, things)
    }

    @Test
    fun picturesOfWhatIsGoneAreTidiedAway() {
        teach("Mug")
        model.remove(things[0])
        phone.settle()
        assertEquals("for as long as it can be taken back", 2, home.walk().count { it.extension == "jpg" })
        again()
        assertEquals(0, home.walk().count { it.extension == "jpg" })
    }

    @Test
    fun aDamagedFileIsSaidAndStays() {
        teach("Mug")
        val file = home.walk().first { it.name == "mine.taught" }
        file.writeText("damaged")
        again()
        assertEquals(ErrorCode.BAD_TAUGHT, state.damaged?.code)
        assertTrue(things.isEmpty())
        teach("Key")
        assertEquals("damaged", file.readText())
        again()
        assertEquals(listOf("Key"), things.map { it.name })
    }

    private fun share(): Uri {
        val activity = Robolectric.buildActivity(TaughtActivity::class.java).setup()
        phone.settle()
        activity.get().shareAll()
        phone.settle()
        val chooser = shadowOf(activity.get()).nextStartedActivity
        val send = checkNotNull(IntentCompat.getParcelableExtra(chooser, Intent.EXTRA_INTENT, Intent::class.java))
        assertEquals(SharedThings.TYPE, send.type)
        return checkNotNull(IntentCompat.getParcelableExtra(send, Intent.EXTRA_STREAM, Uri::class.java))
    }

    private fun open(uri: Uri) =
        TaughtFileViewModel(phone.graph).also {
            it.begin(app.contentResolver, uri)
            phone.settle()
        }

    @Test
    fun aSharedFileIsAskedAboutAndAdded() {
        teach("Mug")
        teach("Key")
        teach("Old", 1)
        val file = File(app.cacheDir, "theirs.taught")
        val shared = checkNotNull(app.contentResolver.openInputStream(share()))
        shared.use { from -> file.outputStream().use { from.copyTo(it) } }
        model.remove(things[0])
        phone.settle()
        model.removeShot(things[0], things[0].shots[0])
        phone.settle()
        val opened = open(Uri.fromFile(file))
        val incoming = (opened.uiState.value as TaughtFileUiState.Asking).incoming
        assertEquals(listOf("Mug"), incoming.fresh)
        assertEquals(listOf("Key"), incoming.more)
        assertEquals(listOf("Old"), incoming.known)
        assertEquals("nothing before the user says so", 2, things.size)
        opened.add()
        phone.settle()
        assertTrue(opened.uiState.value is TaughtFileUiState.Added)
        assertEquals(mapOf("Key" to 2, "Old" to 1, "Mug" to 2), things.associate { it.name to it.shots.size })
    }

    @Test
    fun aFileThatIsNoneIsRefusedByName() {
        phone.settle()
        val file = File(app.cacheDir, "holiday.taught").apply { writeText("no things") }
        val refused = open(Uri.fromFile(file)).uiState.value as TaughtFileUiState.Refused
        assertEquals(ErrorCode.BAD_TAUGHT, refused.details.code)
        val missing = open(Uri.fromFile(File("/none"))).uiState.value as TaughtFileUiState.Refused
        assertEquals(ErrorCode.UNREADABLE_FILE, missing.details.code)
    }
}

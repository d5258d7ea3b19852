package io.pocketlens.app.teach

import android.graphics.SurfaceTexture
import android.net.Uri
import androidx.lifecycle.SavedStateHandle
import io.pocketlens.app.camera.CameraTrouble
import io.pocketlens.app.camera.Shown
import io.pocketlens.app.live.PermissionNeed
import io.pocketlens.app.testing.FakePhone
import io.pocketlens.app.testing.FakePhotos
import io.pocketlens.app.testing.TestApp
import io.pocketlens.app.testing.again
import io.pocketlens.classifier.ClassifierException
import io.pocketlens.classifier.ErrorCode
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.launch
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertNotNull
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.annotation.Config

/** From a picture and a name to a thing that is known. */
@RunWith(RobolectricTestRunner::class)
@Config(application = TestApp::class)
class TeachTest {
    private var phone = TestApp.phone
    private var saved = SavedStateHandle()
    private var model = TeachViewModel(phone.graph, saved)
    private val fake get() = phone.opener.opened.last()
    private val naming get() = model.uiState.value as TeachUiState.Naming
    private val shooting get() = model.uiState.value as TeachUiState.Shooting
    private val things get() = (phone.taught.state.value as Taught.Known).things

    private fun settled(work: suspend () -> Unit) {
        CoroutineScope(Dispatchers.Main).launch { work() }
        phone.settle()
    }

    private fun begin(wrong: Boolean = false) {
        settled { phone.taught.firstShot.save(FakePhotos.picture()) }
        model.begin(TeachRequest(wrong, listOf("Dog")))
        phone.settle()
    }

    private fun named(name: String = "My mug") {
        begin()
        model.name(name)
        phone.settle()
    }

    private fun take(likeness: Float = 0.3f) {
        fake.likeness = likeness
        model.take(FakePhotos.picture())
        phone.settle()
    }

    @Test
    fun fiveDifferentPicturesMakeAThing() {
        named(" My mug ")
        assertEquals(1 to 4, shooting.shots.size to shooting.left)
        assertEquals(ShotHint.ANOTHER_SIDE, shooting.hint)
        repeat(3) { take() }
        assertEquals(ShotHint.GOOD to 1, shooting.hint to shooting.left)
        take(likeness = 0.95f)
        assertEquals("one that says little does not count", ShotHint.TURN_IT to 1, shooting.hint to shooting.left)
        take(likeness = 0.8f)
        assertEquals(ShotHint.ANOTHER_PLACE to 1, shooting.hint to shooting.left)
        assertTrue(shooting.shots.all { it.isFile })
        take()
        assertEquals(TeachUiState.Named("My mug", 7, few = false), model.uiState.value)
        assertEquals(listOf("My mug"), things.map { it.name })
    }

    @Test
    fun fromThenOnItIsNamed() {
        named()
        fake.seesTaught("My mug" to 0.9f)
        val seen = fake.classify(FakePhotos.picture())
        assertEquals("My mug" to true, seen.headline?.label?.let { it.name to it.isTaught })
    }

    @Test
    fun suggestionsFollowWhatIsTyped() {
        begin(wrong = true)
        assertTrue(naming.wrong)
        assertEquals("Dog", naming.suggestions.first().name)
        model.type("furn")
        phone.settle()
        assertEquals(listOf("Furniture"), naming.suggestions.map { it.name })
        model.name("Furniture")
        phone.settle()
        assertEquals("a label of the model is corrected", "/m/0furni", things.single().mid)
    }

    @Test
    fun aNameThatCannotBeIsSaid() {
        begin()
        model.name("  ")
        phone.settle()
        assertEquals(ErrorCode.BAD_TAUGHT_LABEL, naming.error)
        assertTrue(things.isEmpty())
        model.type("x")
        phone.settle()
        assertNull(naming.error)
    }

    @Test
    fun theLastPictureCanBeTakenBackAndTheFirstToo() {
        named()
        take()
        model.takeBack()
        phone.settle()
        assertEquals(1 to 4, shooting.shots.size to shooting.left)
        model.takeBack()
        phone.settle()
        assertTrue(model.uiState.value is TeachUiState.Naming)
        assertTrue("nothing is left of it", things.isEmpty())
    }

    @Test
    fun allOfItCanBeForgotten() {
        named()
        take()
        model.finish()
        phone.settle()
        assertEquals(TeachUiState.Named("My mug", 2, few = true), model.uiState.value)
        model.forgetAll()
        phone.settle()
        assertTrue(things.isEmpty() && model.uiState.value is TeachUiState.Naming)
    }

    @Test
    fun whatWasTaughtBeforeStaysWhenPicturesAreForgotten() {
        named()
        model.finish()
        saved = SavedStateHandle()
        model = TeachViewModel(phone.graph, saved)
        named("my mug")
        take()
        assertEquals(3, things.single().shots.size)
        assertEquals("only those taken here are shown", 2, shooting.shots.size)
        model.forgetAll()
        phone.settle()
        assertEquals(1, things.single().shots.size)
    }

    @Test
    fun itGoesOnWhereTheProcessEnded() {
        named()
        take()
        take(likeness = 0.95f)
        val kept = saved.again()
        phone = FakePhone(RuntimeEnvironment.getApplication())
        model = TeachViewModel(phone.graph, kept)
        model.begin(TeachRequest(wrong = false, emptyList()))
        phone.settle()
        assertEquals(listOf("My mug", 3, 3), listOf(shooting.name, shooting.shots.size, shooting.left))
        assertEquals(ShotHint.TURN_IT, shooting.hint)
        take()
        assertEquals(4, things.single().shots.size)
    }

    @Test
    fun theFirstPictureComesBackBeforeThereIsAName() {
        begin()
        model.type("My m")
        val kept = saved.again()
        phone = FakePhone(RuntimeEnvironment.getApplication())
        model = TeachViewModel(phone.graph, kept)
        model.begin(TeachRequest(wrong = false, emptyList()))
        phone.settle()
        assertEquals("My m", naming.typed)
        assertNotNull(naming.picture)
    }

    @Test
    fun theCameraIsOpenWhilePicturesAreTakenAndNotElse() {
        begin()
        model.camera.permission.look(isGranted = true, showRationale = false)
        model.camera.start()
        model.camera.surface(SurfaceTexture(0), Shown(0, null))
        phone.settle()
        assertEquals(0, phone.cameras.openCount)
        model.name("My mug")
        phone.settle()
        phone.cameras.current?.runs()
        phone.settle()
        assertTrue(shooting.eye is Eye.Running)
        phone.sees()
        assertEquals("frames are given back", phone.frames.lent, phone.frames.returned)
        phone.cameras.current?.fails(CameraTrouble.TAKEN)
        phone.settle()
        assertEquals(Eye.Failed(CameraTrouble.TAKEN), shooting.eye)
        model.camera.retry()
        phone.settle()
        model.camera.stop()
        assertEquals(0, phone.cameras.openCount)
        model.camera.permission.look(isGranted = false, showRationale = false)
        phone.settle()
        assertEquals(Eye.NotAllowed(PermissionNeed.FIRST), shooting.eye)
    }

    @Test
    fun chosenPhotosAreLearned() {
        named()
        model.add(listOf(Uri.parse("content://a"), Uri.parse("content://b")))
        phone.settle()
        assertEquals(3, shooting.shots.size)
        phone.photos.make = { throw ClassifierException(ErrorCode.UNREADABLE_PHOTO, "in the test") }
        model.add(listOf(Uri.parse("content://c")))
        phone.settle()
        assertEquals(3 to ErrorCode.UNREADABLE_PHOTO, shooting.shots.size to shooting.error)
        assertFalse(shooting.busy)
    }

    @Test
    fun aModelThatFailsIsSaid() {
        phone.opener.refusal = ClassifierException(ErrorCode.BAD_EMBEDDING, "in the test")
        begin()
        assertEquals(ErrorCode.BAD_EMBEDDING, (model.uiState.value as TeachUiState.Refused).details.code)
    }
}

package io.pocketlens.app.screen

import android.graphics.SurfaceTexture
import android.net.Uri
import io.pocketlens.app.camera.CameraTrouble
import io.pocketlens.app.camera.Facing
import io.pocketlens.app.camera.Surroundings
import io.pocketlens.app.permission.PermissionNeed
import io.pocketlens.app.settings.Settings
import io.pocketlens.app.testing.FakeEngine
import io.pocketlens.app.testing.FakeGraph
import io.pocketlens.app.testing.FakeOpener
import io.pocketlens.classifier.ClassifierException
import io.pocketlens.classifier.ErrorCode
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner

/** The main screen's behaviour, told as users see it. */
@RunWith(RobolectricTestRunner::class)
class ScreenModelTest {
    private val graph = FakeGraph()
    private val model = ScreenModel(graph)
    private val around = Surroundings(SurfaceTexture(0), displayRotation = 0, visibleAspect = 0.8f)
    private val finder get() = model.state as ScreenState.Viewfinder

    private fun live() {
        model.start(null)
        model.surface(around)
        graph.settle()
        graph.cameras.current?.runs()
        graph.settle()
    }

    @Test
    fun coldStartDoesNothingOnTheMainThread() {
        model.start(null)
        assertEquals("no disk, no model", 0, graph.settings.reads + graph.opener.asked.size)
        model.surface(around)
        assertEquals("the camera opens while the model loads", 1, graph.cameras.opened.size)
        assertEquals(Answer.Preparing, finder.answer)
        graph.settle()
        assertEquals(Answer.Looking, finder.answer)
    }

    @Test
    fun namesWhatItSees() {
        live()
        graph.sees()
        val answer = finder.answer as Answer.Sure
        assertEquals("Cat", answer.headline.name)
        assertEquals(listOf("Animal", "Mammal", "Carnivore"), answer.path)
        assertEquals(5, answer.rows.size)
        assertEquals("Cat", model.detail(FakeEngine.CAT)?.name)
        assertEquals(graph.frames.lent, graph.frames.returned)
    }

    @Test
    fun admitsThatItIsNotSure() {
        graph.opener.probabilities = FakeOpener.nothing()
        live()
        graph.sees()
        assertTrue((finder.answer as Answer.Unsure).rows.none { it.sure })
    }

    @Test
    fun followsTheSceneWithoutFlicker() {
        live()
        graph.sees(10)
        graph.opener.probabilities = FakeOpener.dog()
        graph.sees(2)
        assertEquals("not at once", "Cat", (finder.answer as Answer.Sure).headline.name)
        graph.sees(60)
        assertEquals("Dog", (finder.answer as Answer.Sure).headline.name)
    }

    @Test
    fun torchSwitchAndFocusReachTheCamera() {
        live()
        model.setTorch(true)
        assertEquals(true, graph.cameras.current?.torch)
        assertTrue(finder.torch)
        model.focusAt(.25f, .75f)
        assertEquals(listOf(.25f to .75f), graph.cameras.current?.focusPoints)
        model.switchCamera()
        assertEquals(Facing.FRONT, graph.cameras.current?.request?.facing)
        assertFalse(finder.torch)
        assertEquals("one camera at a time", 1, graph.cameras.openCount)
    }

    @Test
    fun holdsAndGoesOn() {
        live()
        graph.sees()
        model.freeze(null)
        assertTrue(finder.frozen)
        assertTrue("the answer stays", finder.answer is Answer.Sure)
        assertEquals("the camera rests", 0, graph.cameras.openCount)
        model.resume()
        assertFalse(finder.frozen)
        assertEquals(1, graph.cameras.openCount)
    }

    @Test
    fun readsAPhoto() {
        live()
        model.openPhoto(Uri.parse("content://photos/1"))
        assertNull("it is being read", (model.state as ScreenState.Photo).picture)
        graph.settle()
        val photo = model.state as ScreenState.Photo
        assertEquals("Cat", (photo.answer as Answer.Sure).headline.name)
        assertEquals(0, graph.cameras.openCount)
        model.resume()
        assertTrue(model.state is ScreenState.Viewfinder)
    }

    @Test
    fun readsASharedPhotoOnceThoughTheModelLoadsMeanwhile() {
        model.openPhoto(Uri.parse("content://photos/1"))
        model.start(PermissionNeed.FIRST)
        graph.settle()
        assertTrue((model.state as ScreenState.Photo).answer is Answer.Sure)
        assertEquals(1, graph.photos.loaded.size)
    }

    @Test
    fun readsThePhotoAgainWithAnotherModel() {
        live()
        model.openPhoto(Uri.parse("content://photos/1"))
        graph.settle()
        graph.settings.stored = Settings(labels = 3)
        model.start(null)
        graph.settle()
        assertEquals(3, ((model.state as ScreenState.Photo).answer as Answer.Sure).rows.size)
    }

    @Test
    fun aBrokenPhotoIsSaidAndLeft() {
        graph.photos.make = { throw ClassifierException(ErrorCode.UNREADABLE_PHOTO, "no photo") }
        live()
        model.openPhoto(Uri.parse("content://photos/1"))
        graph.settle()
        assertEquals(Trouble.Photo(ErrorCode.UNREADABLE_PHOTO, "no photo"), (model.state as ScreenState.Problem).trouble)
        model.resume()
        assertTrue(model.state is ScreenState.Viewfinder)
    }

    @Test
    fun photosNeedNoPermission() {
        model.start(PermissionNeed.BLOCKED)
        model.openPhoto(Uri.parse("content://photos/1"))
        graph.settle()
        assertTrue(model.state is ScreenState.Photo)
        model.resume()
        assertEquals(ScreenState.Permission(PermissionNeed.BLOCKED), model.state)
    }

    @Test
    fun aModelThatFailsIsSaidAndTriedAgain() {
        graph.opener.refusal = ClassifierException(ErrorCode.MODEL_BUILD_FAILED, "no")
        live()
        val trouble = (model.state as ScreenState.Problem).trouble
        assertEquals(Trouble.Model(ErrorCode.MODEL_BUILD_FAILED, "no", imported = false), trouble)
        assertEquals("no camera for nothing", 0, graph.cameras.openCount)
        graph.opener.refusal = null
        model.retry()
        graph.settle()
        assertTrue(model.state is ScreenState.Viewfinder)
        assertEquals(1, graph.cameras.openCount)
    }

    @Test
    fun aRuntimeErrorOpensTheModelAnew() {
        live()
        graph.opener.failure = ClassifierException(ErrorCode.PREDICT_FAILED, "no")
        graph.sees(3)
        assertEquals(ErrorCode.PREDICT_FAILED, ((model.state as ScreenState.Problem).trouble as Trouble.Model).code)
        assertEquals("the broken frame went back", graph.frames.lent, graph.frames.returned)
        graph.opener.failure = null
        model.retry()
        graph.settle()
        graph.cameras.current?.runs()
        graph.sees()
        assertTrue(finder.answer is Answer.Sure)
        assertEquals(2, graph.opener.opened.size)
        assertEquals(1, graph.opener.openCount)
    }

    @Test
    fun thePermissionCanGoAndCome() {
        model.start(PermissionNeed.REFUSED)
        model.surface(around)
        assertEquals(ScreenState.Permission(PermissionNeed.REFUSED), model.state)
        assertEquals(0, graph.cameras.opened.size)
        model.permission(null)
        assertEquals(1, graph.cameras.openCount)
        graph.cameras.current?.fails(CameraTrouble.NOT_PERMITTED)
        graph.settle()
        assertEquals(Trouble.Camera(CameraTrouble.NOT_PERMITTED), (model.state as ScreenState.Problem).trouble)
    }

    @Test
    fun leavingClosesTheCameraAndComingBackOpensIt() {
        live()
        graph.sees()
        model.stop(turning = false)
        assertEquals(0, graph.cameras.openCount)
        model.start(null)
        graph.settle()
        assertEquals(1, graph.cameras.openCount)
        assertEquals("no old answer for a new scene", Answer.Looking, finder.answer)
    }

    @Test
    fun turningKeepsTheAnswer() {
        live()
        graph.sees()
        model.stop(turning = true)
        model.surface(null)
        model.start(null)
        model.surface(around.copy(texture = SurfaceTexture(1), displayRotation = 90))
        graph.settle()
        assertTrue(finder.answer is Answer.Sure)
        assertEquals(90, graph.cameras.current?.request?.displayRotation)
        assertEquals(listOf(around.texture), graph.cameras.released)
    }

    @Test
    fun closingLeavesNothing() {
        live()
        graph.sees(3)
        graph.cameras.current?.delivers(graph.frames.frame())
        model.close()
        graph.settle()
        assertEquals(0, graph.cameras.openCount)
        assertEquals(0, graph.opener.openCount)
        assertEquals(graph.frames.lent, graph.frames.returned)
        graph.cameras.opened.last().delivers(graph.frames.frame())
        assertEquals("even a late frame goes back", graph.frames.lent, graph.frames.returned)
    }
}

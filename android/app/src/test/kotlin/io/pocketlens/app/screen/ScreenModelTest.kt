package io.pocketlens.app.screen

import android.net.Uri
import io.pocketlens.app.camera.Facing
import io.pocketlens.app.permission.PermissionNeed
import io.pocketlens.app.settings.Settings
import io.pocketlens.app.testing.FakeEngine
import io.pocketlens.app.testing.FakeOpener
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner

/** The main screen's behaviour, told as users see it. */
@RunWith(RobolectricTestRunner::class)
class ScreenModelTest : LiveScreen() {
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
        assertEquals(
            Facing.FRONT,
            graph.cameras.current
                ?.request
                ?.facing,
        )
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
    fun readsASharedPhotoThatIsDecodedBeforeTheModelIsAskedFor() {
        model.openPhoto(Uri.parse("content://photos/1"))
        graph.settle()
        model.start(PermissionNeed.FIRST)
        graph.settle()
        assertTrue((model.state as ScreenState.Photo).answer is Answer.Sure)
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
}

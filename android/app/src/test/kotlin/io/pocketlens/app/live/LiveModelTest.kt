package io.pocketlens.app.live

import android.graphics.SurfaceTexture
import androidx.lifecycle.SavedStateHandle
import io.pocketlens.app.answer.Answer
import io.pocketlens.app.camera.CameraTrouble
import io.pocketlens.app.camera.Facing
import io.pocketlens.app.camera.Shown
import io.pocketlens.app.results.PicturePart
import io.pocketlens.app.testing.FakeModel
import io.pocketlens.app.testing.FakePhotos
import io.pocketlens.app.testing.TestApp
import io.pocketlens.app.testing.again
import io.pocketlens.app.ui.Trouble
import io.pocketlens.classifier.ClassifierException
import io.pocketlens.classifier.ErrorCode
import org.junit.After
import org.junit.Assert.assertEquals
import org.junit.Assert.assertNotNull
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.annotation.Config

/** The camera screen without its views. */
@RunWith(RobolectricTestRunner::class)
@Config(application = TestApp::class)
class LiveModelTest {
    private val phone get() = TestApp.phone
    private val saved = SavedStateHandle()
    private var model: LiveViewModel? = null

    private fun live(handle: SavedStateHandle = saved): LiveViewModel {
        val made = LiveViewModel(phone.graph, handle)
        model = made
        made.permission.look(isGranted = true, showRationale = false)
        made.start()
        made.surface(SurfaceTexture(0), Shown(0, .8f))
        phone.settle()
        phone.cameras.current?.runs()
        phone.sees()
        return made
    }

    private fun LiveViewModel.page() = uiState.value.page

    private fun LiveViewModel.answer() = (page() as LivePage.Viewfinder).answer

    @Test
    fun namesWhatTheCameraSees() {
        val answer = live().answer() as Answer.Sure
        assertEquals("Cat", answer.headline.name)
        assertEquals(phone.frames.lent, phone.frames.returned)
    }

    @Test
    fun theCameraIsForOthersWhenTheScreenIsGone() {
        live().stop(turning = false)
        assertEquals(0, phone.cameras.openCount)
    }

    @Test
    fun aHeldPictureOutlivesTheProcess() {
        val first = live()
        first.hold(FakePhotos.picture())
        phone.settle()
        assertEquals(0, phone.cameras.openCount)
        first.look(PicturePart(.1f, .1f, .6f, .6f))
        phone.settle()
        val again = saved.again()
        val second = live(again)
        val page = second.page() as LivePage.Viewfinder
        assertNotNull("the picture came back from the disk", page.held?.picture)
        assertEquals(PicturePart(.1f, .1f, .6f, .6f), page.held?.part)
        assertEquals("and was read again", "Cat", (page.answer as Answer.Sure).headline.name)
        second.resume()
        phone.settle()
        assertEquals(1, phone.cameras.openCount)
    }

    @Test
    fun theFacingOutlivesTheProcess() {
        live().switchCamera()
        phone.settle()
        val again = saved.again()
        live(again)
        assertEquals(
            Facing.FRONT,
            phone.cameras.opened
                .last()
                .request.facing,
        )
    }

    @Test
    fun aChosenPartIsReadInPlaceOfTheWhole() {
        val live = live()
        live.hold(FakePhotos.picture())
        phone.settle()
        val before =
            phone.opener.opened
                .single()
                .pictures
        live.look(PicturePart(0f, 0f, .5f, .5f))
        phone.opener.sees = FakeModel.dog()
        phone.settle()
        assertEquals(
            before + 1,
            phone.opener.opened
                .single()
                .pictures,
        )
        assertEquals("Dog", (live.answer() as Answer.Sure).headline.name)
        live.look(null)
        phone.settle()
        assertEquals("what was seen live", "Cat", (live.answer() as Answer.Sure).headline.name)
    }

    @Test
    fun zoomsAsFarAsTheCameraCan() {
        val live = live()
        live.zoom(2f)
        assertEquals(2f, phone.cameras.current?.zoom)
        live.zoom(100f)
        assertEquals(8f, phone.cameras.current?.zoom)
        live.zoom(.001f)
        assertEquals(1f, phone.cameras.current?.zoom)
    }

    @Test
    fun torchAndZoomOutliveARotation() {
        val live = live()
        live.zoom(2f)
        live.setTorch(true)
        live.stop(turning = true)
        live.start()
        live.surface(SurfaceTexture(1), Shown(90, 1.2f))
        phone.settle()
        phone.cameras.current?.runs()
        phone.settle()
        assertEquals(2f to true, phone.cameras.current?.let { it.zoom to it.torch })
        live.stop(turning = false)
        live.start()
        phone.settle()
        phone.cameras.current?.runs()
        phone.settle()
        assertEquals("not a return", 1f to false, phone.cameras.current?.let { it.zoom to it.torch })
    }

    @Test
    fun aLostCameraComesBackByItself() {
        val live = live()
        phone.cameras.current?.fails(CameraTrouble.TAKEN)
        phone.settle()
        assertEquals(LivePage.Problem(Trouble.Camera(CameraTrouble.TAKEN)), live.page())
        phone.cameras.opened
            .last()
            .comesBack()
        phone.settle()
        phone.cameras.current?.runs()
        phone.sees()
        assertTrue(live.answer() is Answer.Sure)
    }

    @Test
    fun aModelThatFailsIsSaidAndTriedAgain() {
        val live = live()
        phone.opener.opened
            .single()
            .failure = ClassifierException(ErrorCode.PREDICT_FAILED, "no")
        phone.sees()
        assertEquals(
            ErrorCode.PREDICT_FAILED,
            ((live.page() as LivePage.Problem).trouble as Trouble.Model).details.code,
        )
        assertEquals("the camera rests meanwhile", 0, phone.cameras.openCount)
        live.retry()
        phone.settle()
        phone.cameras.current?.runs()
        phone.sees()
        assertTrue(live.answer() is Answer.Sure)
    }

    @Test
    fun theSheetStaysAsItWasOpened() {
        val live = live()
        live.openLabel(FakeModel.CAT)
        phone.settle()
        val sheet = live.uiState.value.sheet
        phone.sees(5)
        assertEquals(sheet, live.uiState.value.sheet)
        live.closeSheet()
        phone.settle()
        assertNull(live.uiState.value.sheet)
        live.openPerformance()
        phone.settle()
        assertTrue((live.uiState.value.sheet as LiveSheet.Measured).performance.pictures > 0)
    }

    @After
    fun closesEverything() {
        model?.surface(null, null)
        assertEquals(phone.frames.lent, phone.frames.returned)
    }
}

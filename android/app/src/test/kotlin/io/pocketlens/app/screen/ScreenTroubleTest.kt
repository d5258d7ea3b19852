package io.pocketlens.app.screen

import android.net.Uri
import io.pocketlens.app.camera.CameraTrouble
import io.pocketlens.app.permission.PermissionNeed
import io.pocketlens.classifier.ClassifierException
import io.pocketlens.classifier.ErrorCode
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner

/** What the main screen does when something fails, told as users see it. */
@RunWith(RobolectricTestRunner::class)
class ScreenTroubleTest : LiveScreen() {
    @Test
    fun aBrokenPhotoIsSaidAndLeft() {
        graph.photos.make = { throw ClassifierException(ErrorCode.UNREADABLE_PHOTO, "no photo") }
        live()
        model.openPhoto(Uri.parse("content://photos/1"))
        graph.settle()
        assertEquals(
            Trouble.Photo(ErrorCode.UNREADABLE_PHOTO, "no photo"),
            (model.state as ScreenState.Problem).trouble,
        )
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
}

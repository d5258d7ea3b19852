package io.pocketlens.app.screen

import android.net.Uri
import io.pocketlens.app.camera.CameraTrouble
import io.pocketlens.app.permission.PermissionNeed
import io.pocketlens.classifier.ClassifierException
import io.pocketlens.classifier.ErrorCode
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
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
        val trouble = (model.state as ScreenState.Problem).trouble as Trouble.Photo
        assertEquals(ErrorCode.UNREADABLE_PHOTO, trouble.code)
        assertEquals("no photo", trouble.message)
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
        assertEquals(PermissionNeed.BLOCKED, (model.state as ScreenState.Permission).need)
    }

    @Test
    fun aModelThatFailsIsSaidAndTriedAgain() {
        graph.opener.refusal = ClassifierException(ErrorCode.MODEL_BUILD_FAILED, "no")
        live()
        val trouble = (model.state as ScreenState.Problem).trouble as Trouble.Model
        assertEquals(ErrorCode.MODEL_BUILD_FAILED, trouble.code)
        assertEquals("no", trouble.message)
        assertFalse(trouble.imported)
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
        assertEquals(PermissionNeed.REFUSED, (model.state as ScreenState.Permission).need)
        assertEquals(0, graph.cameras.opened.size)
        model.permission(null)
        assertEquals(1, graph.cameras.openCount)
        graph.cameras.current?.fails(CameraTrouble.NOT_PERMITTED)
        graph.settle()
        assertEquals(CameraTrouble.NOT_PERMITTED, model.state.cameraTrouble)
    }
}

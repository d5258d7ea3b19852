package io.pocketlens.app.camera

import android.graphics.SurfaceTexture
import io.pocketlens.app.testing.FakeCameras
import io.pocketlens.app.testing.FrameMaker
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner

/** One camera at a time, on the texture that is there. */
@RunWith(RobolectricTestRunner::class)
class CameraControllerTest {
    private val cameras = FakeCameras()
    private val frames = FrameMaker { 0 }
    private val texture = SurfaceTexture(0)
    private val controller = CameraController(cameras, { it.run() }) { it.close() }

    private fun runs() {
        controller.wanted = true
        controller.surface(texture, Shown(0, .8f))
        cameras.current?.runs()
    }

    @Test
    fun opensWhenItIsWantedAndThereIsAPlace() {
        controller.wanted = true
        assertEquals(0, cameras.openCount)
        runs()
        assertEquals(1, cameras.openCount)
        assertTrue(controller.status.value is CameraStatus.Running)
        controller.wanted = false
        assertEquals(0, cameras.openCount)
        assertEquals(CameraStatus.Off, controller.status.value)
    }

    /** A panel that grows by a pixel changes the picture's shape; so does turning the phone upside down. */
    @Test
    fun anotherShapeOrRotationDoesNotReopenTheCamera() {
        runs()
        controller.surface(texture, Shown(0, .79f))
        controller.surface(texture, Shown(180, .79f))
        assertEquals(1, cameras.opened.size)
        assertEquals(listOf(Shown(0, .8f), Shown(0, .79f), Shown(180, .79f)), cameras.opened.single().shown)
    }

    @Test
    fun aTextureIsReleasedAfterItsCamera() {
        runs()
        controller.surface(null)
        assertEquals(0, cameras.openCount)
        assertEquals(listOf(texture), cameras.released)
    }

    @Test
    fun turnsToTheOtherSide() {
        runs()
        controller.facing = Facing.FRONT
        assertEquals(listOf(Facing.BACK, Facing.FRONT), cameras.opened.map { it.request.facing })
        assertEquals(1, cameras.openCount)
    }

    @Test
    fun triesAgainWhenItIsWorthIt() {
        runs()
        cameras.current?.fails(CameraTrouble.DISABLED)
        assertEquals(CameraStatus.Failed(CameraTrouble.DISABLED), controller.status.value)
        cameras.opened.last().comesBack()
        assertEquals(2, cameras.opened.size)
        controller.retry()
        assertEquals("nothing to retry while it opens", 2, cameras.opened.size)
    }

    @Test
    fun whatAClosedCameraTellsIsThrownAway() {
        runs()
        val old = cameras.opened.single()
        controller.close()
        old.runs()
        old.delivers(frames.frame())
        assertEquals(CameraStatus.Off, controller.status.value)
        assertEquals(frames.lent, frames.returned)
    }
}

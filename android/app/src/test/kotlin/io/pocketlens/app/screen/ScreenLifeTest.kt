package io.pocketlens.app.screen

import android.graphics.SurfaceTexture
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner

/** The main screen comes, goes, turns and ends. */
@RunWith(RobolectricTestRunner::class)
class ScreenLifeTest : LiveScreen() {
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
        assertEquals(
            90,
            graph.cameras.current
                ?.request
                ?.displayRotation,
        )
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
        graph.cameras.opened
            .last()
            .delivers(graph.frames.frame())
        assertEquals("even a late frame goes back", graph.frames.lent, graph.frames.returned)
    }
}

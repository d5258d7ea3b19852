package io.pocketlens.app.screen

import android.graphics.SurfaceTexture
import android.net.Uri
import io.pocketlens.app.camera.CameraTrouble
import io.pocketlens.app.camera.Surroundings
import io.pocketlens.app.testing.FakeCamera
import io.pocketlens.app.testing.FakeGraph
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner

/** The camera is taken away in every state there is; afterwards the screen still works. */
@RunWith(RobolectricTestRunner::class)
class CameraLostTest {
    /** A state, and how to come to it from a fresh screen. */
    private val states =
        mapOf<String, Scene.() -> Unit>(
            "opening" to { },
            "running" to { runs() },
            "reading" to {
                runs()
                graph.sees(5)
            },
            "a frame waits" to {
                runs()
                graph.cameras.current?.delivers(graph.frames.frame())
            },
            "torch on" to {
                runs()
                model.setTorch(true)
            },
            "front camera" to {
                runs()
                model.switchCamera()
            },
            "held" to {
                runs()
                model.freeze(null)
            },
            "photo" to {
                runs()
                model.openPhoto(Uri.parse("content://photos/1"))
            },
            "stopped" to {
                runs()
                model.stop(turning = false)
            },
            "no surface" to {
                runs()
                model.surface(null)
            },
            "lost already" to {
                runs()
                graph.cameras.current?.fails(CameraTrouble.FAILED)
                graph.settle()
            },
        )

    @Test
    fun everyTroubleInEveryState() {
        for ((name, reach) in states) for (trouble in CameraTrouble.entries) loses(name, reach, trouble)
    }

    @Test
    fun comesBackByItself() {
        val scene = Scene()
        scene.runs()
        val taken = scene.camera()
        taken.fails(CameraTrouble.TAKEN)
        scene.graph.settle()
        assertEquals(CameraTrouble.TAKEN, scene.model.state.cameraTrouble)
        taken.comesBack()
        scene.graph.settle()
        scene.works("after another app let go")
    }

    @Test
    fun tryingAgainAndAgainKeepsOneCamera() {
        val scene = Scene()
        repeat(20) {
            scene.camera().fails(CameraTrouble.IN_USE)
            scene.graph.settle()
            scene.model.retry()
            assertEquals(1, scene.graph.cameras.openCount)
        }
        scene.works("after twenty tries")
    }

    private fun loses(
        name: String,
        reach: Scene.() -> Unit,
        trouble: CameraTrouble,
    ) {
        val scene = Scene()
        scene.reach()
        scene.camera().fails(trouble)
        scene.graph.settle()
        assertTrue("$name, $trouble: at most one", scene.graph.cameras.openCount <= 1)
        scene.back()
        scene.works("$name, $trouble")
        scene.model.close()
        scene.graph.settle()
        assertEquals("$name, $trouble: open cameras", 0, scene.graph.cameras.openCount)
        assertEquals("$name, $trouble: frames", scene.graph.frames.lent, scene.graph.frames.returned)
        assertEquals("$name, $trouble: models", 0, scene.graph.opener.openCount)
    }

    private class Scene {
        val graph = FakeGraph()
        val model = ScreenModel(graph)
        private val around = Surroundings(SurfaceTexture(0), 0, .8f)

        init {
            model.start(null)
            model.surface(around)
            graph.settle()
        }

        fun camera(): FakeCamera = graph.cameras.opened.last()

        fun runs() {
            camera().runs()
            graph.settle()
        }

        /** What a user does to get a live picture from wherever the screen is. */
        fun back() {
            model.start(null)
            model.surface(around)
            model.resume()
            if (model.state is ScreenState.Problem) model.retry()
            graph.settle()
        }

        fun works(after: String) {
            runs()
            graph.sees(30)
            val state = model.state
            assertTrue("$after: $state", state is ScreenState.Viewfinder && state.answer is Answer.Sure)
        }
    }
}

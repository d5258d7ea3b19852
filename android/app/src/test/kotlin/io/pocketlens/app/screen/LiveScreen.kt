package io.pocketlens.app.screen

import android.graphics.SurfaceTexture
import io.pocketlens.app.camera.CameraTrouble
import io.pocketlens.app.camera.Surroundings
import io.pocketlens.app.testing.FakeGraph

/** What is said of the camera, if that is what is said. */
internal val ScreenState.cameraTrouble: CameraTrouble?
    get() = ((this as? ScreenState.Problem)?.trouble as? Trouble.Camera)?.trouble

/** A main screen on a phone that a test moves along, step by step. */
abstract class LiveScreen {
    protected val graph = FakeGraph()
    protected val model = ScreenModel(graph)
    protected val around = Surroundings(SurfaceTexture(0), displayRotation = 0, visibleAspect = 0.8f)
    protected val finder get() = model.state as ScreenState.Viewfinder

    /** From the start to a running camera and an open model. */
    protected fun live() {
        model.start(null)
        model.surface(around)
        graph.settle()
        graph.cameras.current?.runs()
        graph.settle()
    }
}

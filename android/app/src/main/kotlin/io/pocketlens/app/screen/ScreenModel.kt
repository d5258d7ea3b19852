package io.pocketlens.app.screen

import android.graphics.Bitmap
import android.net.Uri
import io.pocketlens.app.AppGraph
import io.pocketlens.app.camera.CameraHost
import io.pocketlens.app.camera.CameraStatus
import io.pocketlens.app.camera.Surroundings
import io.pocketlens.app.engine.EngineHost
import io.pocketlens.app.engine.ModelStatus
import io.pocketlens.app.perf.Performance
import io.pocketlens.app.perf.StageClock
import io.pocketlens.app.permission.PermissionNeed
import io.pocketlens.app.photo.PhotoHost
import io.pocketlens.app.photo.PhotoStatus
import io.pocketlens.app.results.LiveReader
import io.pocketlens.app.results.Reading
import io.pocketlens.classifier.ClassifierException
import java.io.Closeable

/**
 * The main screen without its views. It lives through rotations; the views come and go. Every call
 * comes from the main thread. [close] gives back camera and model.
 */
class ScreenModel(
    private val graph: AppGraph,
) : Closeable {
    private val clock = StageClock()
    private val news = News()
    private val engine = EngineHost(graph, news)
    private val camera = CameraHost(graph, news)
    private val photo = PhotoHost(graph, clock, engine, news)
    private var reader: LiveReader? = null
    private var closed = false
    private val situation = Situation()

    /** Shows the state, at once and on every change; null while there are no views. */
    var render: ((ScreenState) -> Unit)? = null
        set(value) {
            field = value
            value?.invoke(state)
        }

    /** The sheet over the screen; kept through rotations. */
    var sheet: OpenSheet? = null

    /** What is to be shown now. */
    val state: ScreenState get() = situation.state

    /** What was measured, for the performance sheet. */
    fun performance(): Performance {
        val model = (situation.model as? ModelStatus.Ready)?.loaded
        return Performance.of(clock, graph.now(), reader?.droppedFrames ?: 0, graph.thermometer.heat(), model)
    }

    /** What the sheet of one label shows; null when it is not known (any more). */
    fun detail(index: Int): LabelDetail? = situation.reading?.let { Answers.detail(it, index) }

    /** The screen is visible, with this need for a permission. */
    fun start(need: PermissionNeed?) {
        engine.refresh()
        situation.need = need
        change { started = true }
    }

    /** The screen is no longer visible: the camera is for others. [turning]: it comes back at once. */
    fun stop(turning: Boolean) {
        val keep = turning || situation.frozen || situation.photo != null
        change { leave(keep) }
    }

    /** There is a place to show the camera's picture, another one, or none any more. */
    fun surface(around: Surroundings?) {
        if (around == situation.around) return
        val old = situation.around?.texture
        closeCamera()
        if (old != null && old !== around?.texture) graph.cameras.release(old)
        situation.around = around
        change { torch = false }
    }

    fun permission(need: PermissionNeed?) = change { this.need = need }

    fun setTorch(on: Boolean) {
        camera.setTorch(on)
        change { torch = on }
    }

    fun switchCamera() {
        closeCamera()
        change { turn() }
    }

    /** Focuses at a point of the visible picture, both 0..1 from its top left. */
    fun focusAt(
        x: Float,
        y: Float,
    ) = camera.focusAt(x, y)

    /** Holds the picture [shown] and its answer. */
    fun freeze(shown: Bitmap?) = change { hold(shown) }

    /** Back to the live picture, from a held one or a photo. */
    fun resume() {
        photo.close()
        change { letGo() }
    }

    fun openPhoto(uri: Uri) {
        situation.letGo()
        photo.open(uri)
    }

    /** Tries again what failed. */
    fun retry() {
        if (situation.model is ModelStatus.Failed) engine.reload()
        if (situation.photo != null) photo.again()
        closeCamera()
        change {}
    }

    /** Gives up the imported model that failed. */
    fun useBuiltIn() = engine.useBuiltIn()

    override fun close() {
        render = null
        closed = true
        closeCamera()
        photo.close()
        engine.close()
    }

    private inline fun change(to: Situation.() -> Unit) {
        if (closed) return
        situation.to()
        follow()
    }

    private fun follow() {
        val around = situation.around
        if (!situation.wantsCamera || around == null) {
            closeCamera()
        } else if (camera.status is CameraStatus.Off) {
            reader = LiveReader(graph, clock, engine, news).also { camera.open(situation.facing, around, it) }
        }
        situation.camera = camera.status
        render?.invoke(state)
    }

    private fun closeCamera() {
        reader?.close()
        reader = null
        camera.close()
    }

    private inner class News :
        EngineHost.Listener,
        CameraHost.Listener,
        PhotoHost.Listener,
        LiveReader.Listener {
        override fun onCamera() = change {}

        override fun onModel(next: ModelStatus) {
            val before = situation.model
            val another = situation.take(next)
            if (another) clock.reset()
            if (another && situation.photo != null && (before !is ModelStatus.Loading || photo.isUnread)) photo.again()
            change {}
        }

        override fun onPhoto(next: PhotoStatus) = change { take(next) }

        override fun onReading(next: Reading) = change { if (!frozen) reading = next }

        override fun onFailure(error: ClassifierException) {
            engine.distrust()
            onModel(ModelStatus.Failed(error, situation.usesImported))
        }
    }
}

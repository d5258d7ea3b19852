package io.pocketlens.app.results

import io.pocketlens.app.camera.CameraFrame
import io.pocketlens.app.camera.FrameTaker
import io.pocketlens.app.model.LoadedModel
import io.pocketlens.app.model.ModelState
import io.pocketlens.app.model.Models
import io.pocketlens.app.perf.StageClock
import io.pocketlens.classifier.ClassifierException
import io.pocketlens.classifier.ClassifyOptions
import io.pocketlens.classifier.LiveResult
import io.pocketlens.classifier.LiveStream
import io.pocketlens.classifier.Smoothing
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow
import java.util.concurrent.Executor

/**
 * Reads a camera's frames: a [LiveStream] for every scene, which [restart] and another model begin. The
 * headline ([HeadlineHold]) and the rows ([RowOrder]) hold still, and answers are told at most every
 * [TELL_EVERY_MS] unless the headline changes: numbers that change faster cannot be read.
 */
class LiveReader(
    private val models: Models,
    private val engine: Executor,
    private val stages: StageClock,
    private val now: () -> Long,
) : FrameTaker {
    private val _reading = MutableStateFlow<Reading?>(null)
    private var scene: Scene? = null
    private var droppedBefore = 0L

    /** The newest answer; null when nothing has been read since [restart]. */
    val reading: StateFlow<Reading?> = _reading.asStateFlow()

    /** Frames that came and were not read. */
    val droppedFrames: Long
        @Synchronized get() = droppedBefore + (scene?.stream?.droppedFrames ?: 0)

    override fun offer(frame: CameraFrame) {
        val model = (models.state.value as? ModelState.Ready)?.model ?: return frame.close()
        sceneOf(model).stream.offer(frame.picture, frame.arrivedNanos, frame::close)
    }

    /** Another scene begins: what was seen so far is forgotten. */
    @Synchronized
    fun restart() {
        end()
        _reading.value = null
    }

    @Synchronized
    private fun sceneOf(model: LoadedModel): Scene {
        scene?.takeIf { it.model === model }?.let { return it }
        end()
        return Scene(model).also { scene = it }
    }

    private fun end() {
        val old = scene?.stream ?: return
        old.close()
        droppedBefore += old.droppedFrames
        scene = null
    }

    @Synchronized
    private fun tell(
        from: Scene,
        reading: Reading,
    ) {
        if (from === scene) _reading.value = reading
    }

    private inner class Scene(
        val model: LoadedModel,
    ) : LiveStream.Listener {
        private val hold = HeadlineHold()
        private val order = RowOrder()
        private var lastTold: Long? = null
        private var lastHeadline: Int? = null
        val stream =
            LiveStream(model.classifier, this, ClassifyOptions(Reading.LABELS_ASKED), Smoothing(), executor = engine)

        override fun onResult(result: LiveResult) {
            val seen = result.classification
            val atMs = result.timestampNanos / NANOS_PER_MILLI
            stages.add(seen.timings, now())
            val headline = hold.next(seen.headline?.let { Headline(it, seen.guess) }, atMs)
            val due = lastTold.let { it == null || atMs - it >= TELL_EVERY_MS }
            val index = headline?.sure?.label?.index
            if (!due && index == lastHeadline) return
            lastTold = atMs
            lastHeadline = index
            tell(this, Reading(model, order.arrange(seen.labels), headline))
        }

        override fun onError(error: ClassifierException) = models.failed(model, error)
    }

    private companion object {
        const val TELL_EVERY_MS = 100L
        const val NANOS_PER_MILLI = 1_000_000L
    }
}

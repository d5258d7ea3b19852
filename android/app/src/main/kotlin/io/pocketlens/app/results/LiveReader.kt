package io.pocketlens.app.results

import io.pocketlens.app.camera.CameraFrame
import io.pocketlens.app.camera.FrameGate
import io.pocketlens.app.camera.FrameTaker
import io.pocketlens.app.model.LoadedModel
import io.pocketlens.app.model.ModelState
import io.pocketlens.app.model.Models
import io.pocketlens.app.perf.StageClock
import io.pocketlens.classifier.ClassifierException
import io.pocketlens.classifier.ClassifyOptions
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow
import java.util.concurrent.Executor

/**
 * Reads a camera's frames: the newest one, as fast as the model can, smoothed ([Smoother]), with a
 * steady headline ([HeadlineHold]) and steady rows ([RowOrder]). Tells at most every [TELL_EVERY_MS]
 * unless the headline changes: numbers that change faster cannot be read.
 */
class LiveReader(
    private val models: Models,
    engine: Executor,
    private val stages: StageClock,
    private val now: () -> Long,
) : FrameTaker {
    private val gate = FrameGate(engine) { read(it) }
    private val smoother = Smoother()
    private val hold = HeadlineHold()
    private val order = RowOrder()
    private val _reading = MutableStateFlow<Reading?>(null)
    private var lastTold: Long? = null
    private var lastHeadline: Int? = null

    @Volatile private var scene: Any? = null
    private var readScene: Any? = null

    /** The newest answer; null when nothing has been read since [restart]. */
    val reading: StateFlow<Reading?> = _reading.asStateFlow()

    /** Frames that came and were not read. */
    val droppedFrames: Long get() = gate.droppedFrames

    override fun offer(frame: CameraFrame) = gate.offer(frame)

    /** Another scene begins: what was seen so far is forgotten. */
    fun restart() {
        scene = Any()
        _reading.value = null
    }

    /** On the engine's thread. */
    private fun read(frame: CameraFrame) {
        val model = (models.state.value as? ModelState.Ready)?.model ?: return
        val mine = scene
        if (readScene !== mine || _reading.value?.model !== model) begin(mine)
        try {
            val result = model.classifier.classify(frame.picture, ClassifyOptions(topK = 0))
            frame.close()
            stages.add(result.timings, now())
            tell(model, smoother.add(result.probabilities, now()), mine)
        } catch (error: ClassifierException) {
            models.failed(model, error)
        }
    }

    private fun begin(mine: Any?) {
        readScene = mine
        smoother.restart()
        hold.restart()
        order.restart()
        lastTold = null
    }

    private fun tell(
        model: LoadedModel,
        probabilities: FloatArray,
        mine: Any?,
    ) {
        val ranking = model.classifier.rank(probabilities, ClassifyOptions(Reading.LABELS_ASKED))
        val headline = hold.next(ranking.headline?.let { Headline(it, ranking.guess) }, now())
        val due = lastTold.let { it == null || now() - it >= TELL_EVERY_MS }
        val index = headline?.sure?.label?.index
        if (!due && index == lastHeadline) return
        lastTold = now()
        lastHeadline = index
        val next = Reading(model, order.arrange(ranking.labels), headline)
        if (scene === mine) _reading.value = next
    }

    private companion object {
        const val TELL_EVERY_MS = 100L
    }
}

package io.pocketlens.app.results

import io.pocketlens.app.AppGraph
import io.pocketlens.app.camera.CameraFrame
import io.pocketlens.app.camera.FrameGate
import io.pocketlens.app.camera.FrameTaker
import io.pocketlens.app.engine.EngineHost
import io.pocketlens.app.engine.Loaded
import io.pocketlens.app.perf.StageClock
import io.pocketlens.classifier.ClassifierException
import io.pocketlens.classifier.ScoredLabel
import java.io.Closeable

/** A steady reading of what a camera or a photo shows. */
class Reading(
    val loaded: Loaded,
    val labels: List<ScoredLabel>,
    /** Null: not sure. */
    val headline: ScoredLabel?,
)

/**
 * Reads one camera run: the newest frame, as fast as the model can, smoothed ([Smoother]), with a
 * steady headline ([HeadlineHold]) and steady rows ([RowOrder]). Tells at most every [TELL_EVERY_MS]
 * unless the headline changes: numbers that change faster cannot be read.
 */
class LiveReader(
    private val graph: AppGraph,
    private val clock: StageClock,
    private val engine: EngineHost,
    private val listener: Listener,
) : Closeable,
    FrameTaker {
    /** Hears what was read, on the main thread. */
    interface Listener {
        fun onReading(next: Reading)

        /** The model could not read. */
        fun onFailure(error: ClassifierException)
    }

    private val gate = FrameGate(graph.workers.engine) { read(it) }
    private val smoother = Smoother()
    private val hold = HeadlineHold()
    private val order = RowOrder()
    private var lastModel: Loaded? = null
    private var lastTold: Long? = null
    private var lastHeadline: ScoredLabel? = null

    @Volatile private var closed = false

    override fun offer(frame: CameraFrame) = gate.offer(frame)

    /** Frames that came and were not read. */
    val droppedFrames: Long get() = gate.droppedFrames

    override fun close() {
        closed = true
        gate.close()
    }

    private fun read(frame: CameraFrame) {
        val model = engine.current
        if (closed || model == null) return
        if (model !== lastModel) restart(model)
        try {
            val outputs = model.engine.classify(frame.picture)
            frame.close()
            val now = graph.now()
            clock.add(outputs.timings, now)
            tell(model, smoother.add(outputs.probabilities, now), now)
        } catch (error: ClassifierException) {
            close()
            graph.workers.main.execute { listener.onFailure(error) }
        }
    }

    private fun restart(model: Loaded) {
        lastModel = model
        smoother.restart()
        hold.restart()
        order.restart()
        lastTold = null
    }

    private fun tell(
        model: Loaded,
        probabilities: FloatArray,
        now: Long,
    ) {
        val ranking = model.engine.rank(probabilities, model.settings.labels)
        val headline = hold.next(ranking.headline, now)
        val due = lastTold.let { it == null || now - it >= TELL_EVERY_MS }
        if (!due && headline?.label?.index == lastHeadline?.label?.index) return
        lastTold = now
        lastHeadline = headline
        val reading = Reading(model, order.arrange(ranking.labels), headline)
        graph.workers.main.execute { if (!closed) listener.onReading(reading) }
    }

    private companion object {
        const val TELL_EVERY_MS = 100L
    }
}

package io.pocketlens.classifier

import android.media.Image
import java.util.concurrent.Executor
import java.util.concurrent.Executors
import java.util.concurrent.RejectedExecutionException

/** The answer to a frame of a [LiveStream]; [timestampNanos] is the frame's own. */
public class LiveResult(
    public val classification: Classification,
    public val timestampNanos: Long,
)

/**
 * Camera frames in, answers out. Only the newest frame is looked at: one that comes while the model
 * is busy waits, a newer one takes its place, and nothing queues up whatever the camera delivers.
 * Answers come in the order of the frames' timestamps, on [executor]; without one the stream has a
 * thread of its own. With [smoothing] each answer is that to the moving average of the frames so far.
 * Another scene, or another camera, whose timestamps may come from another clock, is another stream.
 *
 * Every frame is given back exactly once: after it was looked at, or unread. Failures come to the
 * listener, never as an exception. Closing is safe from any thread, also from the listener: no answer
 * begins to be told after it, the frame that is being looked at is given back when that ends. The
 * classifier stays open; it may be closed first, which ends the stream with [ErrorCode.CLOSED].
 */
public class LiveStream
    @JvmOverloads
    constructor(
        private val classifier: Classifier,
        private val listener: Listener,
        private val options: ClassifyOptions = ClassifyOptions(),
        smoothing: Smoothing? = null,
        executor: Executor? = null,
    ) : AutoCloseable {
        /** Hears the answers, on the stream's executor, one at a time. */
        public interface Listener {
            /** One frame has been looked at. */
            public fun onResult(result: LiveResult)

            /** A frame could not be looked at; the stream goes on, unless the classifier has been closed. */
            public fun onError(error: ClassifierException)
        }

        private val own = if (executor == null) Executors.newSingleThreadExecutor(::thread) else null
        private val worker: Executor = executor ?: checkNotNull(own)
        private val gate = NewestOnly(worker) { look(it) }
        private val smoother = smoothing?.let(::Smoother)
        private var lastNanos: Long? = null // on the executor alone

        @Volatile private var open = true

        /** Frames that came and were not looked at. */
        public val droppedFrames: Long get() = gate.droppedFrames

        /**
         * Takes over [frame], whose planes stay valid until [release] is run, on any thread. Timestamps
         * must rise from frame to frame; one that does not is [ErrorCode.BAD_FRAME] for the listener.
         */
        @JvmOverloads
        public fun offer(
            frame: YuvFrame,
            timestampNanos: Long,
            release: Runnable? = null,
        ) {
            gate.offer(LentFrame(frame, timestampNanos, release))
        }

        /** Takes over a camera [image] with its own timestamp, and closes it in time. */
        public fun offer(
            image: Image,
            rotation: Int,
            mirror: Boolean,
        ) {
            try {
                offer(YuvFrame.of(image, rotation, mirror), image.timestamp, image::close)
            } catch (error: ClassifierException) {
                image.close()
                try {
                    worker.execute { tell { listener.onError(error) } }
                } catch (_: RejectedExecutionException) {
                    close()
                }
            }
        }

        override fun close() {
            open = false
            gate.close()
            own?.shutdown()
        }

        private fun look(lent: LentFrame) {
            if (!open) return
            try {
                val result = answer(lent)
                lent.release()
                tell { listener.onResult(result) }
            } catch (error: ClassifierException) {
                lent.release()
                tell { listener.onError(error) }
                if (error.code == ErrorCode.CLOSED) close()
            }
        }

        private fun answer(lent: LentFrame): LiveResult {
            val last = lastNanos
            if (last != null && lent.timestampNanos <= last) {
                throw ClassifierException(
                    ErrorCode.BAD_FRAME,
                    "A frame has the timestamp ${lent.timestampNanos}, not later than $last, that of the one " +
                        "before. Offer frames in the order in which the camera took them.",
                )
            }
            lastNanos = lent.timestampNanos
            if (smoother == null) return LiveResult(classifier.classify(lent.frame, options), lent.timestampNanos)
            val raw = classifier.classify(lent.frame, options)
            val (probabilities, embedding) = smoother.add(raw.probabilities, raw.embedding, lent.timestampNanos)
            val ranked = classifier.rank(probabilities, embedding, options)
            val smoothed =
                with(ranked) {
                    Classification(labels, headline, probabilities, guess, raw.timings, embedding, familiarity)
                }
            return LiveResult(smoothed, lent.timestampNanos)
        }

        private inline fun tell(what: () -> Unit) {
            if (open) what()
        }

        private fun thread(work: Runnable) = Thread(work, "pocketlens-live").apply { isDaemon = true }
    }

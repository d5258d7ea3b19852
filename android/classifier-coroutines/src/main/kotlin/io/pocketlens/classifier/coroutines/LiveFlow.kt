package io.pocketlens.classifier.coroutines

import io.pocketlens.classifier.Classifier
import io.pocketlens.classifier.ClassifierException
import io.pocketlens.classifier.ClassifyOptions
import io.pocketlens.classifier.LiveResult
import io.pocketlens.classifier.LiveStream
import io.pocketlens.classifier.Smoothing
import kotlinx.coroutines.channels.awaitClose
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.callbackFlow
import kotlinx.coroutines.flow.conflate

/**
 * The answers of a [LiveStream] that lives as long as the flow is collected. [start] gets the stream
 * and hands it to the camera, which offers frames from any thread. A slow collector gets the newest
 * answer. A failure ends the flow with its [ClassifierException], and a collector may retry.
 */
public fun Classifier.liveResults(
    options: ClassifyOptions = ClassifyOptions(),
    smoothing: Smoothing? = null,
    start: (LiveStream) -> Unit,
): Flow<LiveResult> =
    callbackFlow {
        val listener =
            object : LiveStream.Listener {
                override fun onResult(result: LiveResult) {
                    trySend(result)
                }

                override fun onError(error: ClassifierException) {
                    close(error)
                }
            }
        val stream = LiveStream(this@liveResults, listener, options, smoothing)
        try {
            start(stream)
            awaitClose()
        } finally {
            stream.close()
        }
    }.conflate()

package io.pocketlens.app.photo

import android.graphics.Bitmap
import android.net.Uri
import io.pocketlens.app.AppGraph
import io.pocketlens.app.engine.EngineHost
import io.pocketlens.app.perf.StageClock
import io.pocketlens.app.results.Reading
import io.pocketlens.classifier.ClassifierException
import io.pocketlens.classifier.Photo
import java.io.Closeable

/** What is known of the photo that was opened. */
sealed interface PhotoStatus {
    object Opening : PhotoStatus

    /** [reading] is null while the model reads it. */
    class Shown(
        val picture: Bitmap,
        val reading: Reading? = null,
    ) : PhotoStatus

    /** The photo could not be decoded. */
    class Failed(
        val error: ClassifierException,
    ) : PhotoStatus
}

/** Decodes, shows and reads one photo. All calls, here and back, on the main thread. */
class PhotoHost(
    private val graph: AppGraph,
    private val clock: StageClock,
    private val engine: EngineHost,
    private val listener: Listener,
) : Closeable {
    /** Hears of the photo. */
    interface Listener {
        fun onPhoto(next: PhotoStatus)

        /** The model could not read it. */
        fun onFailure(error: ClassifierException)
    }

    private var generation = 0
    private var uri: Uri? = null

    /** The reading that found no open model: whoever learns of the model has it done [again]. */
    @Volatile private var missed = 0
    val isUnread: Boolean get() = uri != null && missed == generation

    fun open(photo: Uri) {
        uri = photo
        listener.onPhoto(PhotoStatus.Opening)
        start(photo)
    }

    /** Reads the photo again, because there is another model or there was none. */
    fun again() {
        uri?.let { start(it) }
    }

    override fun close() {
        generation++
        uri = null
    }

    private fun start(photo: Uri) {
        val mine = ++generation
        graph.workers.io.execute {
            try {
                show(graph.photos.load(photo), mine)
            } catch (error: ClassifierException) {
                tell(mine, PhotoStatus.Failed(error))
            }
        }
    }

    private fun show(
        photo: Photo,
        mine: Int,
    ) {
        val preview =
            try {
                PhotoPreview.of(photo)
            } catch (error: ClassifierException) {
                photo.close()
                throw error
            }
        tell(mine, PhotoStatus.Shown(preview))
        graph.workers.engine.execute { photo.use { read(it, preview, mine) } }
    }

    private fun read(
        photo: Photo,
        preview: Bitmap,
        mine: Int,
    ) {
        val model = engine.current
        if (model == null) {
            missed = mine
            return
        }
        try {
            val outputs = model.engine.classify(photo)
            clock.add(outputs.timings, graph.now())
            val ranking = model.engine.rank(outputs.probabilities, model.settings.labels)
            tell(mine, PhotoStatus.Shown(preview, Reading(model, ranking.labels, ranking.headline)))
        } catch (error: ClassifierException) {
            graph.workers.main.execute { if (mine == generation) listener.onFailure(error) }
        }
    }

    private fun tell(
        mine: Int,
        status: PhotoStatus,
    ) = graph.workers.main.execute { if (mine == generation) listener.onPhoto(status) }
}

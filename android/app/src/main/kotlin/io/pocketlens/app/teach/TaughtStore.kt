package io.pocketlens.app.teach

import android.graphics.Bitmap
import io.pocketlens.app.live.HeldPictureFile
import io.pocketlens.app.photo.PhotoPreview
import io.pocketlens.app.results.writeTo
import io.pocketlens.app.ui.ErrorDetails
import io.pocketlens.app.ui.Trouble
import io.pocketlens.classifier.Classifier
import io.pocketlens.classifier.ClassifierException
import io.pocketlens.classifier.ErrorCode
import io.pocketlens.classifier.Photo
import io.pocketlens.classifier.TaughtLabels
import io.pocketlens.classifier.TaughtPicture
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow
import kotlinx.coroutines.withContext
import java.io.File
import java.io.IOException

/**
 * What was taught the model that is open. Everything happens on the engine's thread, as everything
 * does that touches a model; each change is on the disk when it returns, and can be taken back once.
 * What fails is a `ClassifierException`, and nothing has changed then.
 */
class TaughtStore(
    private val engine: CoroutineDispatcher,
    private val files: TaughtFiles,
    /** The picture that teaching begins with, on its way from one screen to the next. */
    val firstShot: HeldPictureFile,
) {
    private class Open(
        val classifier: Classifier,
        var set: TaughtLabels,
        val home: File,
        val damaged: ErrorDetails?,
    )

    private val _state = MutableStateFlow<Taught>(Taught.Waiting)
    private var open: Open? = null
    private var before: ByteArray? = null

    val state: StateFlow<Taught> = _state.asStateFlow()

    /** [classifier] has been opened: it looks for what it was taught. On the engine's thread. */
    fun attach(classifier: Classifier) {
        open?.set?.close()
        open = null
        before = null
        try {
            val found = files.open(classifier)
            classifier.useTaught(found.set)
            files.tidy(found.set, found.home)
            open = Open(classifier, found.set, found.home, found.damaged).also(::tell)
        } catch (error: ClassifierException) {
            _state.value = Taught.Cannot(Trouble.details(error))
        }
    }

    /** Teaches that [photo] shows [name]. */
    suspend fun teach(
        name: String,
        photo: Photo,
    ): TaughtPicture =
        change { now ->
            now.classifier.teach(now.set, name, photo).also { told -> keepView(photo, files.view(now.home, told.id)) }
        }

    suspend fun rename(
        mid: String,
        name: String,
    ) = change { now ->
        val taken = now.set.list().firstOrNull { it.name.equals(name, ignoreCase = true) && it.mid != mid }
        if (taken != null) {
            throw ClassifierException(ErrorCode.BAD_TAUGHT_LABEL, "There is a thing that is called $name already.")
        }
        now.set.rename(mid, name)
    }

    suspend fun remove(mid: String) = change { it.set.remove(mid) }

    /** Takes pictures away by their [ids]; a thing goes with its last one. */
    suspend fun removeShots(
        mid: String,
        ids: List<String>,
    ) = change { now ->
        for (id in ids) {
            val label = now.set.list().firstOrNull { it.mid == mid } ?: break
            val place = label.pictures.lastIndexOf(id)
            if (place >= 0) now.set.removePicture(mid, place)
        }
    }

    /** Takes the last change back; where that fails, it can be tried again. */
    suspend fun undo() =
        withContext(engine) {
            val bytes = before ?: return@withContext
            change { restore(it, bytes) }
            before = null
        }

    /** The bytes of the file, to share it. */
    suspend fun bytes(): ByteArray = withContext(engine) { opened().set.toBytes() }

    /** What adding a file's [bytes] would do. */
    suspend fun check(bytes: ByteArray): IncomingThings =
        withContext(engine) {
            val now = opened()
            now.classifier.readTaughtLabels(bytes).use { IncomingThings.of(bytes, it.list(), now.set.list()) }
        }

    /** Adds what was checked. */
    suspend fun add(incoming: IncomingThings) =
        change { now -> now.classifier.readTaughtLabels(incoming.bytes).use(now.set::addAll) }

    private suspend fun <T> change(what: (Open) -> T): T =
        withContext(engine) {
            val now = opened()
            val bytes = now.set.toBytes()
            var done = false
            try {
                what(now).also {
                    files.save(now.set, now.home)
                    done = true
                    before = bytes
                }
            } finally {
                if (!done) restore(now, bytes)
                tell(now)
            }
        }

    private fun opened(): Open =
        open ?: throw ClassifierException(
            ErrorCode.CLOSED,
            "No model is open that could be taught. Open one and try again.",
        )

    private fun restore(
        now: Open,
        bytes: ByteArray,
    ) {
        val old = now.classifier.readTaughtLabels(bytes)
        now.classifier.useTaught(old)
        now.set.close()
        now.set = old
    }

    private fun tell(now: Open) {
        val things =
            now.set.list().map { label ->
                TaughtThing(label.mid, label.name, label.pictures.map { TaughtShot(it, files.view(now.home, it)) })
            }
        _state.value = Taught.Known(things, now.damaged)
    }

    private fun keepView(
        photo: Photo,
        file: File,
    ) {
        try {
            file.parentFile?.mkdirs()
            PhotoPreview.of(photo, VIEW_SIDE).writeTo(file, Bitmap.CompressFormat.JPEG)
        } catch (_: IOException) {
            file.delete() // The thing is known all the same; its picture is not shown.
        }
    }

    private companion object {
        const val VIEW_SIDE = 320f
    }
}

package io.pocketlens.app.history

import android.graphics.Bitmap
import io.pocketlens.app.results.writeTo
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.map
import kotlinx.coroutines.flow.update
import kotlinx.coroutines.withContext
import org.json.JSONException
import org.json.JSONObject
import java.io.File
import java.io.IOException
import java.util.UUID

/** A picture and a small description of each saved answer, as files in a folder of the app's own. */
class FileHistory(
    private val io: CoroutineDispatcher,
    private val wallClock: () -> Long = System::currentTimeMillis,
    private val folder: () -> File,
) : History {
    private val changes = MutableStateFlow(0)

    override val entries: Flow<List<HistoryEntry>> = changes.map { withContext(io) { list() } }

    override suspend fun add(
        picture: Bitmap,
        words: AnswerWords,
    ): Boolean =
        change {
            val at = wallClock()
            val id = UUID.randomUUID().toString()
            val about = JSONObject().put("savedAt", at).put("title", words.title).put("text", words.plain())
            write(id, about.toString().toByteArray()) { picture.writeTo(it, Bitmap.CompressFormat.JPEG) }
        }

    override suspend fun remove(id: String) = change { read(id).also { delete(id) } }

    override suspend fun putBack(removed: RemovedEntry) =
        change { write(removed.id, removed.about) { it.writeBytes(removed.picture) } }

    override suspend fun clear() {
        change { folder().deleteRecursively() }
    }

    private suspend fun <T> change(what: () -> T): T = withContext(io) { what() }.also { changes.update { it + 1 } }

    private fun write(
        id: String,
        about: ByteArray,
        picture: (File) -> Unit,
    ): Boolean =
        try {
            folder().mkdirs()
            picture(file(id, PICTURE))
            file(id, ABOUT).writeBytes(about) // last: without it there is no entry
            true
        } catch (_: IOException) {
            delete(id)
            false
        }

    private fun read(id: String): RemovedEntry? =
        try {
            RemovedEntry(id, file(id, ABOUT).readBytes(), file(id, PICTURE).readBytes())
        } catch (_: IOException) {
            null
        }

    private fun list(): List<HistoryEntry> =
        folder()
            .listFiles { file -> file.name.endsWith(ABOUT) }
            .orEmpty()
            .mapNotNull { entry(it.name.removeSuffix(ABOUT)) }
            .sortedByDescending { it.savedAt }

    /** Null when its files are damaged: then it is none. */
    private fun entry(id: String): HistoryEntry? =
        try {
            val about = JSONObject(file(id, ABOUT).readText())
            HistoryEntry(
                id,
                about.getLong("savedAt"),
                about.getString("title"),
                about.getString("text"),
                file(id, PICTURE),
            )
        } catch (_: IOException) {
            null
        } catch (_: JSONException) {
            null
        }

    private fun delete(id: String) {
        file(id, ABOUT).delete()
        file(id, PICTURE).delete()
    }

    private fun file(
        id: String,
        kind: String,
    ) = File(folder(), id + kind)

    private companion object {
        const val ABOUT = ".json"
        const val PICTURE = ".jpg"
    }
}

package io.pocketlens.app.history

import android.graphics.Bitmap
import kotlinx.coroutines.flow.Flow
import java.io.File

/** An answer that was saved. */
data class HistoryEntry(
    val id: String,
    /** When, in milliseconds since 1970. */
    val savedAt: Long,
    val title: String,
    /** The whole answer as plain text. */
    val text: String,
    /** The picture with its labels. */
    val picture: File,
)

/** All there was of an answer that was removed; it is kept nowhere else. */
class RemovedEntry(
    val id: String,
    internal val about: ByteArray,
    internal val picture: ByteArray,
)

/** Saved answers. They stay on the phone, in the app's own folder. */
interface History {
    /** The newest first, at once and after every change. */
    val entries: Flow<List<HistoryEntry>>

    /** Saves a picture with its answer; false: there is no room. */
    suspend fun add(
        picture: Bitmap,
        words: AnswerWords,
    ): Boolean

    /** What it gives back puts it in again; null: there was nothing that could be read. */
    suspend fun remove(id: String): RemovedEntry?

    /** Takes a removal back; false: there is no room. */
    suspend fun putBack(removed: RemovedEntry): Boolean

    /** Erases everything. */
    suspend fun clear()
}

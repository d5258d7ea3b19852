package io.pocketlens.app.live

import android.graphics.Bitmap
import android.graphics.BitmapFactory
import io.pocketlens.app.results.writeTo
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.withContext
import java.io.File
import java.io.IOException

/** Keeps the held picture for a process that the system ends meanwhile. */
class HeldPictureFile(
    private val io: CoroutineDispatcher,
    private val file: () -> File,
) {
    suspend fun save(picture: Bitmap) =
        withContext(io) {
            try {
                picture.writeTo(file(), Bitmap.CompressFormat.PNG)
            } catch (_: IOException) {
                file().delete() // It is held all the same while the process lives.
            }
        }

    /** Null when there is none, or none that can be read. */
    suspend fun load(): Bitmap? = withContext(io) { BitmapFactory.decodeFile(file().path) }

    suspend fun delete() = withContext(io) { file().delete() }
}

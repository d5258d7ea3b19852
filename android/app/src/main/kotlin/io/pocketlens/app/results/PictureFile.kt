package io.pocketlens.app.results

import android.graphics.Bitmap
import java.io.File
import java.io.IOException

/** Writes this picture to [file]; an IOException when there is no room, of which `compress` says only "no". */
@Throws(IOException::class)
fun Bitmap.writeTo(
    file: File,
    format: Bitmap.CompressFormat,
) {
    val written = file.outputStream().use { compress(format, QUALITY, it) }
    if (!written) throw IOException("The picture could not be written to ${file.name}.")
}

/** Of JPEG; PNG keeps everything. */
private const val QUALITY = 90

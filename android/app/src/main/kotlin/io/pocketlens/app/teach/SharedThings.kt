package io.pocketlens.app.teach

import android.content.ClipData
import android.content.Context
import android.content.Intent
import androidx.core.content.FileProvider
import io.pocketlens.classifier.ClassifierException
import io.pocketlens.classifier.ErrorCode
import java.io.File
import java.io.IOException

/** Hands what was taught to another app, as a `.taught` file. */
object SharedThings {
    const val TYPE = "application/vnd.pocketlens.taught"
    private const val FOLDER = "shared"

    fun write(
        context: Context,
        bytes: ByteArray,
    ): File =
        try {
            val folder = File(context.cacheDir, FOLDER).apply { mkdirs() }
            File(folder, "pocketlens.taught").apply { writeBytes(bytes) }
        } catch (error: IOException) {
            throw ClassifierException(ErrorCode.CANNOT_WRITE, "The file could not be written: ${error.message}", error)
        }

    fun intent(
        context: Context,
        file: File,
    ): Intent {
        val uri = FileProvider.getUriForFile(context, "${context.packageName}.files", file)
        val send =
            Intent(Intent.ACTION_SEND)
                .setType(TYPE)
                .putExtra(Intent.EXTRA_STREAM, uri)
                .addFlags(Intent.FLAG_GRANT_READ_URI_PERMISSION)
        send.clipData = ClipData.newRawUri(null, uri)
        return Intent.createChooser(send, null)
    }
}

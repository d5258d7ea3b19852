package io.pocketlens.app.teach

import android.content.Context
import io.pocketlens.app.ui.SharedFile
import io.pocketlens.classifier.ClassifierException
import io.pocketlens.classifier.ErrorCode
import java.io.File
import java.io.IOException

/** Hands what was taught to another app, as a `.taught` file. */
object SharedThings {
    const val TYPE = "application/vnd.pocketlens.taught"

    fun write(
        context: Context,
        bytes: ByteArray,
    ): File =
        try {
            SharedFile.place(context, "pocketlens.taught").apply { writeBytes(bytes) }
        } catch (error: IOException) {
            throw ClassifierException(ErrorCode.CANNOT_WRITE, "The file could not be written: ${error.message}", error)
        }
}

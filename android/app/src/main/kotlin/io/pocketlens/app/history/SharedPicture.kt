package io.pocketlens.app.history

import android.app.Activity
import android.content.ActivityNotFoundException
import android.content.ClipData
import android.content.Context
import android.content.Intent
import android.graphics.Bitmap
import androidx.core.content.FileProvider
import io.pocketlens.app.results.writeTo
import java.io.File
import java.io.IOException

/** Hands a picture to another app that the user chooses. */
object SharedPicture {
    private const val FOLDER = "shared"

    /** Puts [picture] where another app may be let read it; null when there is no room. */
    fun write(
        context: Context,
        picture: Bitmap,
    ): File? =
        try {
            val file = File(File(context.cacheDir, FOLDER).apply { mkdirs() }, "pocketlens.jpg")
            picture.writeTo(file, Bitmap.CompressFormat.JPEG)
            file
        } catch (_: IOException) {
            null
        }

    /** Offers the picture in [file] with its [text]; false when there is no app for it. */
    fun start(
        activity: Activity,
        file: File,
        text: String,
    ): Boolean {
        val uri = FileProvider.getUriForFile(activity, "${activity.packageName}.files", file)
        val send =
            Intent(Intent.ACTION_SEND)
                .setType("image/jpeg")
                .putExtra(Intent.EXTRA_STREAM, uri)
                .putExtra(Intent.EXTRA_TEXT, text)
                .addFlags(Intent.FLAG_GRANT_READ_URI_PERMISSION)
        send.clipData = ClipData.newRawUri(null, uri)
        return try {
            activity.startActivity(Intent.createChooser(send, null))
            true
        } catch (_: ActivityNotFoundException) {
            false
        }
    }
}

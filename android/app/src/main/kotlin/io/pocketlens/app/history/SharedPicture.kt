package io.pocketlens.app.history

import android.app.Activity
import android.content.ActivityNotFoundException
import android.content.ClipData
import android.content.Intent
import android.graphics.Bitmap
import androidx.core.content.FileProvider
import java.io.File
import java.io.IOException

/** Hands a picture to another app that the user chooses. */
object SharedPicture {
    private const val FOLDER = "shared"

    /** False when there is no app, or no room for the picture. */
    fun share(
        activity: Activity,
        picture: Bitmap,
        text: String,
    ): Boolean =
        try {
            val file = File(File(activity.cacheDir, FOLDER).apply { mkdirs() }, "pocketlens.jpg")
            file.outputStream().use { picture.compress(Bitmap.CompressFormat.JPEG, 90, it) }
            start(activity, file, text)
        } catch (_: IOException) {
            false
        }

    /** As [share], for a picture that is a file already. */
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

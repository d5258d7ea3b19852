package io.pocketlens.app.history

import android.app.Activity
import android.content.ActivityNotFoundException
import android.content.Context
import android.graphics.Bitmap
import io.pocketlens.app.results.writeTo
import io.pocketlens.app.ui.SharedFile
import java.io.File
import java.io.IOException

/** Hands a picture to another app that the user chooses. */
object SharedPicture {
    /** Puts [picture] where another app may be let read it; null when there is no room. */
    fun write(
        context: Context,
        picture: Bitmap,
    ): File? =
        try {
            SharedFile.place(context, "pocketlens.jpg").also { picture.writeTo(it, Bitmap.CompressFormat.JPEG) }
        } catch (_: IOException) {
            null
        }

    /** Offers the picture in [file] with its [text]; false when there is no app for it. */
    fun start(
        activity: Activity,
        file: File,
        text: String,
    ): Boolean =
        try {
            activity.startActivity(SharedFile.offer(activity, file, "image/jpeg", text))
            true
        } catch (_: ActivityNotFoundException) {
            false
        }
}

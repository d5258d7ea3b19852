package io.pocketlens.app.photo

import android.content.Context
import android.net.Uri
import android.provider.OpenableColumns

/** What photos are called. */
fun interface PhotoNames {
    /** The name of the file behind [photo], or the last part of its address. */
    fun of(photo: Uri): String
}

/** Asks the app that has the photo. */
class ProviderNames(
    private val context: Context,
) : PhotoNames {
    override fun of(photo: Uri): String = asked(photo) ?: photo.lastPathSegment ?: photo.toString()

    /** Another app's provider may fail in any way; its name is a nicety. */
    private fun asked(photo: Uri): String? =
        try {
            context.contentResolver.query(photo, arrayOf(OpenableColumns.DISPLAY_NAME), null, null, null)?.use {
                if (it.moveToFirst()) it.getString(0) else null
            }
        } catch (_: RuntimeException) {
            null
        }
}

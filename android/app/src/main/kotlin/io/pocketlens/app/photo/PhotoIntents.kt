package io.pocketlens.app.photo

import android.content.Context
import android.content.Intent
import android.net.Uri
import androidx.core.content.IntentCompat

/** How photos come in from other apps. */
object PhotoIntents {
    /** The photos that another app shares, or that this one hands on; empty: none. */
    fun photos(intent: Intent): List<Uri> =
        when (intent.action) {
            Intent.ACTION_SEND -> listOfNotNull(stream(intent))
            Intent.ACTION_SEND_MULTIPLE ->
                IntentCompat.getParcelableArrayListExtra(intent, Intent.EXTRA_STREAM, Uri::class.java).orEmpty()
            Intent.ACTION_VIEW -> listOfNotNull(intent.data)
            else -> emptyList()
        }

    /** What an ACTION_SEND carries. */
    fun stream(intent: Intent): Uri? = IntentCompat.getParcelableExtra(intent, Intent.EXTRA_STREAM, Uri::class.java)

    /** The one file that another app shares or opens with this one. */
    fun file(intent: Intent): Uri? = if (intent.action == Intent.ACTION_SEND) stream(intent) else intent.data

    /** Opens one photo, or the list of several. */
    fun open(
        context: Context,
        photos: List<Uri>,
    ): Intent =
        if (photos.size == 1) {
            Intent(context, PhotoActivity::class.java).setAction(Intent.ACTION_VIEW).setData(photos.first())
        } else {
            Intent(context, PhotosActivity::class.java)
                .setAction(Intent.ACTION_SEND_MULTIPLE)
                .putParcelableArrayListExtra(Intent.EXTRA_STREAM, ArrayList(photos))
        }.addFlags(Intent.FLAG_GRANT_READ_URI_PERMISSION)
}

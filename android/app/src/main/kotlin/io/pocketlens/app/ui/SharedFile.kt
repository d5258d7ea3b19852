package io.pocketlens.app.ui

import android.content.ClipData
import android.content.Context
import android.content.Intent
import androidx.core.content.FileProvider
import java.io.File

/** Files that another app, which the user chooses, may be let read. */
object SharedFile {
    private const val FOLDER = "shared"

    /** Where a file of this [name] goes; it is the next one's as well. */
    fun place(
        context: Context,
        name: String,
    ) = File(File(context.cacheDir, FOLDER).apply { mkdirs() }, name)

    /** Offers [file], of a MIME [type], with a [text]. */
    fun offer(
        context: Context,
        file: File,
        type: String,
        text: String? = null,
    ): Intent {
        val uri = FileProvider.getUriForFile(context, "${context.packageName}.files", file)
        val send =
            Intent(Intent.ACTION_SEND)
                .setType(type)
                .putExtra(Intent.EXTRA_STREAM, uri)
                .addFlags(Intent.FLAG_GRANT_READ_URI_PERMISSION)
        text?.let { send.putExtra(Intent.EXTRA_TEXT, it) }
        send.clipData = ClipData.newRawUri(null, uri)
        return Intent.createChooser(send, null)
    }
}

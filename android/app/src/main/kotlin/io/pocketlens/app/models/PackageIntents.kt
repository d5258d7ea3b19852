package io.pocketlens.app.models

import android.content.Context
import android.content.Intent
import android.net.Uri
import io.pocketlens.app.ImportActivity

/** How packages come in through the system's file picker. */
object PackageIntents {
    /** Asks for one file. Some apps do not know zip files by their type, so any file may be chosen. */
    fun pick(): Intent =
        Intent(Intent.ACTION_OPEN_DOCUMENT)
            .addCategory(Intent.CATEGORY_OPENABLE)
            .setType("*/*")
            .putExtra(Intent.EXTRA_MIME_TYPES, arrayOf("application/zip", "application/octet-stream"))

    /** Hands a chosen file to the import screen. */
    fun import(
        context: Context,
        chosen: Uri,
    ): Intent =
        Intent(context, ImportActivity::class.java)
            .setAction(Intent.ACTION_VIEW)
            .setData(chosen)
            .addFlags(Intent.FLAG_GRANT_READ_URI_PERMISSION)
}

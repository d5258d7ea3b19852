package io.pocketlens.app.photo

import android.content.ContentResolver
import android.net.Uri
import android.provider.DocumentsContract
import java.io.IOException

/** The file that the user chose for an export, in whatever app keeps it. */
class CsvFile(
    private val resolver: ContentResolver,
    private val target: Uri,
) {
    /** Whether [text] was written; if not, no part of it is left. */
    fun write(text: String): Boolean =
        try {
            resolver.openOutputStream(target, "wt")?.use { it.write(text.encodeToByteArray()) } != null
        } catch (_: IOException) {
            remove()
        } catch (_: RuntimeException) {
            remove() // Another app's provider may fail in any way.
        }

    private fun remove(): Boolean {
        try {
            DocumentsContract.deleteDocument(resolver, target)
        } catch (_: IOException) {
            // It is gone already.
        } catch (_: RuntimeException) {
            // Not every provider lets go of what it has.
        }
        return false
    }
}

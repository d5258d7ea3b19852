package io.pocketlens.app.photo

import android.graphics.Bitmap
import android.net.Uri
import io.pocketlens.app.answer.Answer
import io.pocketlens.app.ui.ErrorDetails
import io.pocketlens.app.ui.Trouble

/** Several photos, each with what it shows. */
data class PhotosUiState(
    val entries: List<PhotoEntry> = emptyList(),
    val trouble: Trouble? = null,
) {
    val done: Int get() = entries.count { it.result !is PhotoResult.Waiting }

    /** Whether all of them have been read. */
    val isDone: Boolean get() = entries.isNotEmpty() && done == entries.size
}

data class PhotoEntry(
    val uri: Uri,
    /** The file's name, as far as it is known. */
    val name: String,
    val thumbnail: Bitmap? = null,
    val result: PhotoResult = PhotoResult.Waiting,
)

sealed interface PhotoResult {
    data object Waiting : PhotoResult

    data class Seen(
        val answer: Answer.Given,
    ) : PhotoResult

    /** This photo could not be read; the others are none the worse. */
    data class Failed(
        val details: ErrorDetails,
    ) : PhotoResult
}

package io.pocketlens.app.photo

import android.graphics.Bitmap
import io.pocketlens.classifier.Photo
import java.io.Closeable

/** A decoded photo: [preview] to look at, and all its pixels for the model. */
class OpenPhoto private constructor(
    val preview: Bitmap,
    private var whole: Photo?,
    private val again: () -> Photo,
) : Closeable {
    /** The photo with all its pixels, decoded anew after the first time; the caller closes it. */
    fun take(): Photo = (whole ?: again()).also { whole = null }

    override fun close() {
        whole?.close()
        whole = null
    }

    companion object {
        /** Decodes a photo. Takes a while; fails with a `ClassifierException`. */
        fun of(load: () -> Photo): OpenPhoto {
            val photo = load()
            var preview: Bitmap? = null
            try {
                return OpenPhoto(PhotoPreview.of(photo).also { preview = it }, photo, load)
            } finally {
                if (preview == null) photo.close()
            }
        }
    }
}

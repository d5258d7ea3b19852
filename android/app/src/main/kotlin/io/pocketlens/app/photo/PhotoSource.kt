package io.pocketlens.app.photo

import android.net.Uri
import io.pocketlens.classifier.Photo

/** Decodes photos. Takes a while; fails with a `ClassifierException`. */
fun interface PhotoSource {
    fun load(uri: Uri): Photo
}

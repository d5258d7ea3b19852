package io.pocketlens.app.testing

import android.graphics.Bitmap
import android.net.Uri
import io.pocketlens.app.photo.PhotoSource
import io.pocketlens.classifier.Photo

/** One photo for every address, or what a test says. */
class FakePhotos : PhotoSource {
    var make: (Uri) -> Photo = { Photo(picture(), decodeMillis = 21.5) }
    val loaded = ArrayList<Uri>()

    override fun load(uri: Uri): Photo {
        loaded.add(uri)
        return make(uri)
    }

    companion object {
        fun picture(
            width: Int = 80,
            height: Int = 60,
        ): Bitmap = Bitmap.createBitmap(width, height, Bitmap.Config.ARGB_8888)
    }
}

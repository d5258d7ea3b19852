package io.pocketlens.app.photo

import android.graphics.Bitmap
import android.graphics.Canvas
import android.graphics.Matrix
import android.graphics.Paint
import io.pocketlens.classifier.ClassifierException
import io.pocketlens.classifier.ErrorCode
import io.pocketlens.classifier.Photo

/** What the screen shows of a photo: upright and no larger than the screen needs. */
object PhotoPreview {
    /** A bitmap of its own, [maxSide] at most; the photo may be closed afterwards. */
    fun of(
        photo: Photo,
        maxSide: Float = 1600f,
    ): Bitmap {
        val stored = photo.bitmap
        val scale = minOf(1f, maxSide / maxOf(stored.width, stored.height))
        val width = (stored.width * scale).toInt().coerceAtLeast(1)
        val height = (stored.height * scale).toInt().coerceAtLeast(1)
        val turned = photo.rotation % 180 != 0
        val upright = blank(if (turned) height else width, if (turned) width else height)
        Canvas(upright).drawBitmap(stored, matrix(photo, upright, scale), Paint(Paint.FILTER_BITMAP_FLAG))
        return upright
    }

    private fun matrix(
        photo: Photo,
        upright: Bitmap,
        scale: Float,
    ) = Matrix().apply {
        postTranslate(-photo.bitmap.width / 2f, -photo.bitmap.height / 2f)
        postScale(scale, scale)
        postRotate(photo.rotation.toFloat())
        if (photo.mirror) postScale(-1f, 1f)
        postTranslate(upright.width / 2f, upright.height / 2f)
    }

    private fun blank(
        width: Int,
        height: Int,
    ): Bitmap =
        try {
            Bitmap.createBitmap(width, height, Bitmap.Config.ARGB_8888)
        } catch (error: OutOfMemoryError) {
            throw ClassifierException(ErrorCode.OUT_OF_MEMORY, "There is not enough memory to show the photo.", error)
        }
}

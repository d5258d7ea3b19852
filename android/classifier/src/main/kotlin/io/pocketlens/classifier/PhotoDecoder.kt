package io.pocketlens.classifier

import android.content.ContentResolver
import android.graphics.Bitmap
import android.graphics.BitmapFactory
import android.graphics.Canvas
import android.graphics.Color
import android.media.ExifInterface
import android.net.Uri
import java.io.FileNotFoundException
import java.io.IOException
import java.io.InputStream

/** Decodes the photo behind [uri] within bounds. Every failure is a [ClassifierException]. */
internal class PhotoDecoder(
    private val resolver: ContentResolver,
    private val uri: Uri,
) {
    /** The EXIF orientation; upright when there is none or it cannot be read. */
    fun orientation(): Orientation =
        read { stream ->
            try {
                val exif = ExifInterface(stream)
                Orientation.of(exif.getAttributeInt(ExifInterface.TAG_ORIENTATION, 0))
            } catch (ignored: IOException) {
                Orientation.UPRIGHT // damaged EXIF data do not make a photo unreadable
            }
        }

    /** The opaque pixels as stored, at most [maxPixels], in `ARGB_8888`. */
    fun bitmap(maxPixels: Int): Bitmap {
        val bounds = BitmapFactory.Options().apply { inJustDecodeBounds = true }
        read { BitmapFactory.decodeStream(it, null, bounds) }
        if (bounds.outWidth <= 0 || bounds.outHeight <= 0) throw noPhoto()
        var size = sampleSize(bounds.outWidth, bounds.outHeight, maxPixels)
        while (true) {
            try {
                return opaque(decoded(size))
            } catch (error: OutOfMemoryError) {
                size *= 2
                if (bounds.outWidth / size < SMALLEST_SIDE || bounds.outHeight / size < SMALLEST_SIDE) {
                    throw tooLarge(bounds, error)
                }
            }
        }
    }

    private fun decoded(sampleSize: Int): Bitmap {
        val options =
            BitmapFactory.Options().apply {
                inSampleSize = sampleSize
                inPreferredConfig = Bitmap.Config.ARGB_8888
            }
        return read { BitmapFactory.decodeStream(it, null, options) } ?: throw noPhoto()
    }

    /** Over white, as the tools on the desk do it; other pixel formats become `ARGB_8888`. */
    private fun opaque(bitmap: Bitmap): Bitmap {
        if (!bitmap.hasAlpha() && bitmap.config == Bitmap.Config.ARGB_8888) return bitmap
        try {
            val over = Bitmap.createBitmap(bitmap.width, bitmap.height, Bitmap.Config.ARGB_8888)
            over.eraseColor(Color.WHITE)
            Canvas(over).drawBitmap(bitmap, 0f, 0f, null)
            over.setHasAlpha(false)
            return over
        } finally {
            bitmap.recycle()
        }
    }

    private fun <T> read(use: (InputStream) -> T): T =
        try {
            val stream = resolver.openInputStream(uri) ?: throw FileNotFoundException("no stream")
            stream.use(use)
        } catch (error: IOException) {
            throw unreadable(error)
        } catch (error: SecurityException) {
            throw unreadable(error)
        }

    private fun unreadable(cause: Exception) =
        ClassifierException(
            ErrorCode.UNREADABLE_PHOTO,
            "The photo $uri could not be read: ${cause.message}. Choose it again or choose another one.",
            cause,
        )

    private fun noPhoto() =
        ClassifierException(
            ErrorCode.UNREADABLE_PHOTO,
            "The file $uri is damaged or is no photo that this phone can decode. Choose another one.",
        )

    private fun tooLarge(
        bounds: BitmapFactory.Options,
        cause: OutOfMemoryError,
    ) = ClassifierException(
        ErrorCode.OUT_OF_MEMORY,
        "The photo $uri has ${bounds.outWidth} x ${bounds.outHeight} pixels, more than there is memory " +
            "for. Close other apps or choose a smaller photo.",
        cause,
    )

    internal companion object {
        /** The native core's limit for a side. */
        private const val LARGEST_SIDE = 32768

        /** Below this a photo is not made smaller for want of memory. */
        private const val SMALLEST_SIDE = 512

        /** The smallest power of two by which both sides must be divided to stay within the limits. */
        fun sampleSize(
            width: Int,
            height: Int,
            maxPixels: Int,
        ): Int {
            var size = 1
            while (!fits(width / size, height / size, maxPixels)) size *= 2
            return size
        }

        private fun fits(
            width: Int,
            height: Int,
            maxPixels: Int,
        ): Boolean = width.toLong() * height <= maxPixels && maxOf(width, height) <= LARGEST_SIDE
    }
}

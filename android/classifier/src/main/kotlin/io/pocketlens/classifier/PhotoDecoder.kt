package io.pocketlens.classifier

import android.content.ContentResolver
import android.graphics.Bitmap
import android.graphics.BitmapFactory
import android.graphics.Canvas
import android.graphics.Color
import android.graphics.ColorSpace
import android.media.ExifInterface
import android.net.Uri
import java.io.BufferedInputStream
import java.io.ByteArrayInputStream
import java.io.FileNotFoundException
import java.io.IOException
import java.io.InputStream
import java.io.SequenceInputStream

/** Decodes the photo behind [uri] within bounds. Every failure is a [ClassifierException]. */
internal class PhotoDecoder(
    private val resolver: ContentResolver,
    private val uri: Uri,
) {
    /** The EXIF orientation; upright when there is none or it cannot be read. */
    @Suppress("TooGenericExceptionCaught") // the reader of HEIC files throws it for damaged ones
    fun orientation(): Orientation =
        read { stream ->
            try {
                Orientation.of(tag(BufferedInputStream(stream)))
            } catch (ignored: IOException) {
                Orientation.UPRIGHT // damaged EXIF data do not make a photo unreadable
            } catch (ignored: RuntimeException) {
                Orientation.UPRIGHT
            }
        }

    private fun tag(stream: InputStream): Int =
        ExifOrientation.of(stream)
            ?: ExifInterface(stream).getAttributeInt(ExifInterface.TAG_ORIENTATION, 0)

    /** The opaque pixels as stored, at most [maxPixels], in `ARGB_8888`. */
    fun bitmap(maxPixels: Int): Bitmap {
        val bounds = BitmapFactory.Options().apply { inJustDecodeBounds = true }
        read { BitmapFactory.decodeStream(it, null, bounds) }
        if (bounds.outWidth <= 0 || bounds.outHeight <= 0) throw noPhoto()
        var size = sampleSize(bounds.outWidth, bounds.outHeight, maxPixels)
        while (true) {
            try {
                return opaque(decoded(size, bounds.outMimeType))
            } catch (error: OutOfMemoryError) {
                size *= 2
                if (bounds.outWidth / size < SMALLEST_SIDE || bounds.outHeight / size < SMALLEST_SIDE) {
                    throw tooLarge(bounds, error)
                }
            }
        }
    }

    private fun decoded(
        sampleSize: Int,
        kind: String?,
    ): Bitmap {
        val options =
            BitmapFactory.Options().apply {
                inSampleSize = sampleSize
                inPreferredConfig = Bitmap.Config.ARGB_8888
                inPreferredColorSpace = SRGB
            }
        return read { BitmapFactory.decodeStream(ended(it, kind), null, options) } ?: throw noPhoto()
    }

    /** A JPEG that lacks its end marker would lose its last rows; one that has it does not see another. */
    private fun ended(
        stream: InputStream,
        kind: String?,
    ): InputStream = if (kind == JPEG) SequenceInputStream(stream, ByteArrayInputStream(JPEG_END)) else stream

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

    @Suppress("TooGenericExceptionCaught") // what a provider or a decoder throws arrives here as it is
    private fun <T> read(use: (InputStream) -> T): T =
        try {
            val stream = resolver.openInputStream(uri) ?: throw FileNotFoundException("no stream")
            stream.use(use)
        } catch (error: IOException) {
            throw unreadable(error)
        } catch (error: RuntimeException) {
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
        /** What the model was trained on. Unasked, the decoder would leave a photo in its own colour space. */
        private val SRGB = ColorSpace.get(ColorSpace.Named.SRGB)

        private const val JPEG = "image/jpeg"
        private val JPEG_END = byteArrayOf(0xff.toByte(), 0xd9.toByte())

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

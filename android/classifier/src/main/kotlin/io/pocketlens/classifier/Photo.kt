package io.pocketlens.classifier

import android.content.Context
import android.graphics.Bitmap
import android.graphics.BitmapFactory
import android.media.ExifInterface
import android.net.Uri
import android.os.SystemClock
import java.io.FileNotFoundException
import java.io.IOException
import java.io.InputStream

/**
 * A decoded photo. [bitmap] holds the pixels as the file stores them; [rotation] is the number of
 * degrees by which they must be turned clockwise to stand upright, [mirror] then flips the upright
 * picture left to right. Closing it frees the bitmap.
 */
public class Photo(
    public val bitmap: Bitmap,
    public val rotation: Int = 0,
    public val mirror: Boolean = false,
    /** What decoding took. */
    public val decodeMillis: Double = 0.0,
) : AutoCloseable {
    override fun close() {
        bitmap.recycle()
    }

    public companion object {
        /**
         * Photos with more pixels than this are halved in both directions until they fit: 16 million
         * pixels, 64 MB of memory.
         */
        public const val MAX_PIXELS: Int = 16 * 1024 * 1024

        private const val NANOS_PER_MILLI = 1e6

        /**
         * Decodes the photo behind a content or file [uri], at most [maxPixels] of it, and reads its
         * EXIF orientation. Fails with [ErrorCode.UNREADABLE_PHOTO] or [ErrorCode.OUT_OF_MEMORY]. Takes a while: not for the main thread.
         */
        @JvmStatic
        @JvmOverloads
        public fun load(
            context: Context,
            uri: Uri,
            maxPixels: Int = MAX_PIXELS,
        ): Photo {
            val start = SystemClock.elapsedRealtimeNanos()
            val orientation = Orientation.of(read(context, uri, ::exifOrientation))
            val bitmap = decode(context, uri, maxPixels)
            val millis = (SystemClock.elapsedRealtimeNanos() - start) / NANOS_PER_MILLI
            return Photo(bitmap, orientation.rotation, orientation.mirror, millis)
        }

        private fun decode(
            context: Context,
            uri: Uri,
            maxPixels: Int,
        ): Bitmap {
            val bounds = BitmapFactory.Options().apply { inJustDecodeBounds = true }
            read(context, uri) { BitmapFactory.decodeStream(it, null, bounds) }
            if (bounds.outWidth <= 0 || bounds.outHeight <= 0) throw badPhoto(uri)
            val options =
                BitmapFactory.Options().apply {
                    inSampleSize = sampleSize(bounds.outWidth, bounds.outHeight, maxPixels)
                    inPreferredConfig = Bitmap.Config.ARGB_8888
                }
            val decoded =
                try {
                    read(context, uri) { BitmapFactory.decodeStream(it, null, options) }
                } catch (error: OutOfMemoryError) {
                    throw tooLarge(uri, bounds, error)
                }
            return decoded ?: throw badPhoto(uri)
        }

        private fun <T> read(
            context: Context,
            uri: Uri,
            use: (InputStream) -> T,
        ): T =
            try {
                val stream = context.contentResolver.openInputStream(uri)
                stream?.use(use) ?: throw FileNotFoundException("no stream")
            } catch (error: IOException) {
                throw unreadable(uri, error)
            } catch (error: SecurityException) {
                throw unreadable(uri, error)
            }

        private fun exifOrientation(stream: InputStream): Int =
            try {
                ExifInterface(stream).getAttributeInt(ExifInterface.TAG_ORIENTATION, ExifInterface.ORIENTATION_NORMAL)
            } catch (ignored: IOException) {
                ExifInterface.ORIENTATION_NORMAL // a photo without readable EXIF data stands upright
            }

        private fun unreadable(
            uri: Uri,
            cause: Exception,
        ) = ClassifierException(
            ErrorCode.UNREADABLE_PHOTO,
            "The photo $uri could not be read: ${cause.message}. Choose it again or choose another one.",
            cause,
        )

        private fun badPhoto(uri: Uri) =
            ClassifierException(
                ErrorCode.UNREADABLE_PHOTO,
                "The file $uri is damaged or is no photo that this phone can decode. Choose another one.",
            )

        private fun tooLarge(
            uri: Uri,
            bounds: BitmapFactory.Options,
            cause: OutOfMemoryError,
        ) = ClassifierException(
            ErrorCode.OUT_OF_MEMORY,
            "The photo $uri has ${bounds.outWidth} x ${bounds.outHeight} pixels, more than there is " +
                "memory for. Close other apps or choose a smaller photo.",
            cause,
        )
    }
}

/** The smallest power of two by which both sides must be divided to stay within [maxPixels]. */
internal fun sampleSize(
    width: Int,
    height: Int,
    maxPixels: Int,
): Int {
    var size = 1
    while ((width / size).toLong() * (height / size) > maxPixels) size *= 2
    return size
}

/** An EXIF orientation as a rotation (degrees clockwise) and a mirroring after it. */
internal data class Orientation(
    val rotation: Int,
    val mirror: Boolean,
) {
    companion object {
        /** The rotation and mirroring that make a photo with EXIF orientation [tag] upright. */
        fun of(tag: Int): Orientation =
            when (tag) {
                ExifInterface.ORIENTATION_FLIP_HORIZONTAL -> Orientation(0, true)
                ExifInterface.ORIENTATION_ROTATE_180 -> Orientation(180, false)
                ExifInterface.ORIENTATION_FLIP_VERTICAL -> Orientation(180, true)
                ExifInterface.ORIENTATION_TRANSPOSE -> Orientation(90, true)
                ExifInterface.ORIENTATION_ROTATE_90 -> Orientation(90, false)
                ExifInterface.ORIENTATION_TRANSVERSE -> Orientation(270, true)
                ExifInterface.ORIENTATION_ROTATE_270 -> Orientation(270, false)
                else -> Orientation(0, false)
            }
    }
}

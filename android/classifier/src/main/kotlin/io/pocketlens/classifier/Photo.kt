package io.pocketlens.classifier

import android.content.Context
import android.graphics.Bitmap
import android.net.Uri
import androidx.annotation.WorkerThread

/**
 * A decoded photo. [bitmap] holds the pixels as the file stores them; [rotation] is the number of
 * degrees by which they must be turned clockwise to stand upright, [mirror] then flips the upright
 * picture left to right, and only [region] of that is looked at, where there is one. [decodeMillis] is
 * what decoding took. Closing it frees the bitmap.
 */
public class Photo
    @JvmOverloads
    constructor(
        public val bitmap: Bitmap,
        public val rotation: Int = 0,
        public val mirror: Boolean = false,
        public val decodeMillis: Double = 0.0,
        public val region: Region? = null,
    ) : AutoCloseable {
        /** The same photo of which only [region] is looked at; closing either frees the bitmap. */
        public fun cut(region: Region): Photo = Photo(bitmap, rotation, mirror, decodeMillis, region)

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
             * Decodes the photo behind a content or file [uri], at most [maxPixels] of it (fewer when
             * memory is short), lays what is transparent over white and reads the EXIF orientation.
             * Fails with [ErrorCode.UNREADABLE_PHOTO] or [ErrorCode.OUT_OF_MEMORY]. Takes a while: not
             * for the main thread.
             */
            @WorkerThread
            @Throws(ClassifierException::class)
            @JvmStatic
            @JvmOverloads
            public fun load(
                context: Context,
                uri: Uri,
                maxPixels: Int = MAX_PIXELS,
            ): Photo {
                val start = System.nanoTime()
                val decoder = PhotoDecoder(context.contentResolver, uri)
                val orientation = decoder.orientation()
                val bitmap = decoder.bitmap(maxPixels)
                val millis = (System.nanoTime() - start) / NANOS_PER_MILLI
                return Photo(bitmap, orientation.rotation, orientation.mirror, millis)
            }
        }
    }

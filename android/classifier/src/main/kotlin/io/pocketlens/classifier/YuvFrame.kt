package io.pocketlens.classifier

import android.graphics.ImageFormat
import android.media.Image
import java.nio.ByteBuffer

/** How luma and chroma were made from red, green and blue. The order is that of the native core. */
public enum class YuvMatrix {
    BT601,
    BT709,
}

/** Whether luma takes 0 to 255 or 16 to 235. The order is that of the native core. */
public enum class YuvRange {
    FULL,
    LIMITED,
}

/**
 * One plane of a YUV picture. [buffer] is a direct buffer whose index 0 is the first sample; its
 * position and limit are not looked at. [rowStride] and [pixelStride] are bytes.
 */
public class YuvPlane(
    public val buffer: ByteBuffer,
    public val rowStride: Int,
    public val pixelStride: Int,
)

/**
 * A YUV 4:2:0 picture as the camera hands it over; nothing is copied. [rotation] is the number of
 * degrees (0, 90, 180, 270) by which it must be turned clockwise to stand upright; [mirror] then
 * flips the upright picture left to right, and only [region] of that is looked at, where there is one;
 * its edges may cut through blocks of chroma. The defaults of [matrix] and [range] are those of the
 * Android camera (as in JFIF).
 */
public class YuvFrame
    @JvmOverloads
    constructor(
        public val width: Int,
        public val height: Int,
        public val y: YuvPlane,
        public val u: YuvPlane,
        public val v: YuvPlane,
        public val rotation: Int = 0,
        public val mirror: Boolean = false,
        public val matrix: YuvMatrix = YuvMatrix.BT601,
        public val range: YuvRange = YuvRange.FULL,
        public val region: Region? = null,
    ) {
        /** The same frame of which only [region] is looked at. */
        public fun cut(region: Region): YuvFrame =
            YuvFrame(width, height, y, u, v, rotation, mirror, matrix, range, region)

        public companion object {
            /**
             * The planes of a camera [image] of format `YUV_420_888`, which must stay open while the
             * frame is used. Fails with [ErrorCode.UNSUPPORTED_FORMAT] for other formats.
             */
            @Throws(ClassifierException::class)
            @JvmStatic
            @JvmOverloads
            public fun of(
                image: Image,
                rotation: Int = 0,
                mirror: Boolean = false,
            ): YuvFrame =
                try {
                    planes(image, rotation, mirror)
                } catch (error: IllegalStateException) {
                    throw ClassifierException(
                        ErrorCode.BAD_FRAME,
                        "The camera image is closed already. Keep it open until the call returns.",
                        error,
                    )
                }

            private fun planes(
                image: Image,
                rotation: Int,
                mirror: Boolean,
            ): YuvFrame {
                if (image.format != ImageFormat.YUV_420_888) {
                    throw ClassifierException(
                        ErrorCode.UNSUPPORTED_FORMAT,
                        "The camera image has format ${image.format}, expected YUV_420_888 " +
                            "(${ImageFormat.YUV_420_888}). Ask the image reader for that format.",
                    )
                }
                val planes = image.planes.map { YuvPlane(it.buffer, it.rowStride, it.pixelStride) }
                return YuvFrame(image.width, image.height, planes[0], planes[1], planes[2], rotation, mirror)
            }
        }
    }

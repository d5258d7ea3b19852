package io.pocketlens.app.camera

import io.pocketlens.classifier.YuvFrame
import io.pocketlens.classifier.YuvPlane
import java.nio.Buffer

/** A part of a stored picture, in its own pixels, all even as 4:2:0 needs. */
class Crop(
    val left: Int,
    val top: Int,
    val width: Int,
    val height: Int,
) {
    /** The part of [frame], sharing its memory. */
    fun of(frame: YuvFrame): YuvFrame =
        YuvFrame(
            width,
            height,
            frame.y.from(left, top),
            frame.u.from(left / 2, top / 2),
            frame.v.from(left / 2, top / 2),
            frame.rotation,
            frame.mirror,
            frame.matrix,
            frame.range,
        )

    private fun YuvPlane.from(
        x: Int,
        y: Int,
    ): YuvPlane {
        val rest = buffer.duplicate()
        rest.startAt(y * rowStride + x * pixelStride)
        return YuvPlane(rest.slice(), rowStride, pixelStride)
    }

    /** On a Buffer: ByteBuffer's own clear and position are newer than minSdk. */
    private fun Buffer.startAt(place: Int) {
        clear()
        position(place)
    }

    companion object {
        /**
         * The centred part of a stored [width] x [height] picture that a screen of [visibleAspect]
         * (width by height, upright) shows when it fills itself with the picture. Even sizes and
         * corners, as 4:2:0 needs.
         */
        fun visible(
            width: Int,
            height: Int,
            rotation: Int,
            visibleAspect: Float,
        ): Crop {
            val stored = if (rotation % 180 == 0) visibleAspect else 1f / visibleAspect
            val cropWidth = if (width > height * stored) even((height * stored).toInt()) else even(width)
            val cropHeight = if (width > height * stored) even(height) else even((width / stored).toInt())
            return Crop(even((width - cropWidth) / 2), even((height - cropHeight) / 2), cropWidth, cropHeight)
        }

        private fun even(value: Int) = (value and 1.inv()).coerceAtLeast(0)
    }
}

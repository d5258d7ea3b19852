package io.pocketlens.app.results

import android.graphics.Bitmap

/** A part of an upright picture; all values 0..1 from its top left. */
data class PicturePart(
    val left: Float,
    val top: Float,
    val right: Float,
    val bottom: Float,
) {
    /** Whether it is large enough to have been meant. */
    val isMeant: Boolean get() = right - left >= SMALLEST && bottom - top >= SMALLEST

    /** The pixels of this part of [picture]. */
    fun of(picture: Bitmap): Bitmap {
        val x = (left * picture.width).toInt().coerceIn(0, picture.width - 1)
        val y = (top * picture.height).toInt().coerceIn(0, picture.height - 1)
        val width = ((right - left) * picture.width).toInt().coerceIn(1, picture.width - x)
        val height = ((bottom - top) * picture.height).toInt().coerceIn(1, picture.height - y)
        return Bitmap.createBitmap(picture, x, y, width, height)
    }

    /** For a saved state. */
    fun toArray(): FloatArray = floatArrayOf(left, top, right, bottom)

    companion object {
        private const val SMALLEST = 0.05f

        fun of(saved: FloatArray?): PicturePart? =
            saved?.takeIf { it.size == 4 }?.let { PicturePart(it[0], it[1], it[2], it[3]) }

        /** The part between two points that a finger was at. */
        fun between(
            x1: Float,
            y1: Float,
            x2: Float,
            y2: Float,
        ) = PicturePart(
            minOf(x1, x2).coerceIn(0f, 1f),
            minOf(y1, y2).coerceIn(0f, 1f),
            maxOf(x1, x2).coerceIn(0f, 1f),
            maxOf(y1, y2).coerceIn(0f, 1f),
        )
    }
}

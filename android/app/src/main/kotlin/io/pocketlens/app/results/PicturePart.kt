package io.pocketlens.app.results

import android.graphics.Bitmap
import android.graphics.RectF
import io.pocketlens.classifier.Region
import kotlin.math.floor

/** A part of an upright picture; all values 0..1 from its top left. */
data class PicturePart(
    val left: Float,
    val top: Float,
    val right: Float,
    val bottom: Float,
) {
    /** Whether it is large enough to have been meant. */
    val isMeant: Boolean get() = right - left >= SMALLEST && bottom - top >= SMALLEST

    /** What the model looks at. */
    fun region(): Region = Region.shares(RectF(left, top, right, bottom))

    /** The pixels of this part of [picture], for the eye: the same as those of [region]. */
    fun of(picture: Bitmap): Bitmap {
        val x = edge(left, picture.width).coerceAtMost(picture.width - 1)
        val y = edge(top, picture.height).coerceAtMost(picture.height - 1)
        val width = (edge(right, picture.width) - x).coerceAtLeast(1)
        val height = (edge(bottom, picture.height) - y).coerceAtLeast(1)
        return Bitmap.createBitmap(picture, x, y, width, height)
    }

    /** The nearest pixel's edge, halves to the right and down. */
    private fun edge(
        share: Float,
        side: Int,
    ): Int = floor(share.toDouble() * side + .5).toInt()

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

package io.pocketlens.classifier

import android.graphics.RectF

/**
 * A part of a picture that alone is to be looked at. It lies in the upright picture, turned and
 * mirrored, and the answer is exactly that for the picture cut to it. One that does not lie within
 * the picture fails with [ErrorCode.BAD_FRAME].
 */
public class Region private constructor(
    private val unit: Double,
    /** The left edge. */
    public val x: Double,
    /** The top edge. */
    public val y: Double,
    public val width: Double,
    public val height: Double,
) {
    /** What the native core takes: unit, left, top, width, height. */
    internal fun numbers(): DoubleArray = doubleArrayOf(unit, x, y, width, height)

    override fun toString(): String = "Region(${if (unit == PIXELS) "pixels" else "shares"} $x, $y, $width x $height)"

    public companion object {
        private const val PIXELS = 1.0
        private const val SHARES = 2.0

        /** In pixels of the upright picture: of the bitmap or the camera frame, not of a photo's file. */
        @JvmStatic
        public fun pixels(
            x: Int,
            y: Int,
            width: Int,
            height: Int,
        ): Region = Region(PIXELS, x.toDouble(), y.toDouble(), width.toDouble(), height.toDouble())

        /** In shares of the upright picture's width and height, 0 to 1; edges go to the nearest pixel. */
        @JvmStatic
        public fun shares(
            x: Double,
            y: Double,
            width: Double,
            height: Double,
        ): Region = Region(SHARES, x, y, width, height)

        /** The same as a rectangle whose edges are shares, 0 to 1. */
        @JvmStatic
        public fun shares(rect: RectF): Region =
            shares(
                rect.left.toDouble(),
                rect.top.toDouble(),
                rect.right.toDouble() - rect.left,
                rect.bottom.toDouble() - rect.top,
            )
    }
}

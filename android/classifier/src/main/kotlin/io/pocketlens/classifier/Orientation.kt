package io.pocketlens.classifier

import android.media.ExifInterface

/** An EXIF orientation as a rotation (degrees clockwise) and a mirroring (left to right) after it. */
internal data class Orientation(
    val rotation: Int,
    val mirror: Boolean,
) {
    companion object {
        val UPRIGHT = Orientation(0, false)

        /** What makes a photo with EXIF orientation [tag] upright; unknown tags stand for upright. */
        fun of(tag: Int): Orientation =
            when (tag) {
                ExifInterface.ORIENTATION_FLIP_HORIZONTAL -> Orientation(0, true)
                ExifInterface.ORIENTATION_ROTATE_180 -> Orientation(180, false)
                ExifInterface.ORIENTATION_FLIP_VERTICAL -> Orientation(180, true)
                ExifInterface.ORIENTATION_TRANSPOSE -> Orientation(90, true)
                ExifInterface.ORIENTATION_ROTATE_90 -> Orientation(90, false)
                ExifInterface.ORIENTATION_TRANSVERSE -> Orientation(270, true)
                ExifInterface.ORIENTATION_ROTATE_270 -> Orientation(270, false)
                else -> UPRIGHT
            }
    }
}

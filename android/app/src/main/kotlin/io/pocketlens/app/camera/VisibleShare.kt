package io.pocketlens.app.camera

import io.pocketlens.classifier.Region

/** How much of a picture a screen of another shape shows when it fills itself with it: shares of its sides. */
data class VisibleShare(
    val across: Double,
    val down: Double,
) {
    /** What is shown, which lies in the middle. */
    fun region(): Region = Region.shares((1 - across) / 2, (1 - down) / 2, across, down)

    companion object {
        /** [picture] and [screen] are width by height, the picture upright. */
        fun of(
            picture: Double,
            screen: Double,
        ) = VisibleShare(across = minOf(1.0, screen / picture), down = minOf(1.0, picture / screen))
    }
}

package io.pocketlens.app.camera

import android.graphics.Rect
import android.hardware.camera2.CameraMetadata
import android.util.Size
import androidx.compose.foundation.layout.height
import androidx.compose.foundation.layout.width

/** A camera of the phone with what opening it needs. */
data class CameraPick(
    val id: String,
    val facing: Facing,
    val sensorOrientation: Int,
    /** What to ask for, the best first; never empty. */
    val sizes: List<StreamSizes>,
    val hasTorch: Boolean,
    val activeArea: Rect,
    val maxZoom: Float,
    val focus: FocusModes,
    /** The way another camera looks; null when there is no other one. */
    val next: Facing? = null,
) {
    fun info(sizes: StreamSizes) =
        CameraInfo(
            facing,
            sizes.preview.width,
            sizes.preview.height,
            sensorOrientation,
            hasTorch,
            focus.atPoint,
            maxZoom,
            next,
        )

    /** Degrees clockwise that turn its stored pictures upright. */
    fun rotation(display: Int): Int = PictureRotation.ofFrame(sensorOrientation, display, facing)

    /**
     * How much of the active area, across and down, the screen shows at [zoom]: pictures of the
     * [preview]'s shape leave some out, and so does a screen of another shape than the picture.
     */
    fun shownShare(
        preview: Size,
        shown: Shown,
        zoom: Float,
    ): Pair<Float, Float> {
        val aspect = preview.width.toFloat() / preview.height
        val area = activeArea.width().toFloat() / activeArea.height()
        val across = (if (aspect > area) 1f else aspect / area) / zoom
        val down = (if (aspect > area) area / aspect else 1f) / zoom
        val visible = shown.visibleAspect ?: return Pair(across, down)
        val rotation = rotation(shown.displayRotation)
        val upright = PictureRotation.uprightAspect(preview.width, preview.height, rotation)
        val seen = VisibleShare.of(upright, visible.toDouble())
        val (wide, high) = if (rotation % 180 == 0) seen else VisibleShare(seen.down, seen.across)
        return Pair(across * wide.toFloat(), down * high.toFloat())
    }
}

/** Which of the ways to focus a camera has. */
class FocusModes(
    /** The mode that follows the scene; null leaves it to the camera. */
    val continuous: Int?,
    /** Whether it focuses once at a point. */
    val atPoint: Boolean,
) {
    companion object {
        fun of(
            modes: IntArray,
            regions: Int,
        ) = FocusModes(
            continuous =
                listOf(
                    CameraMetadata.CONTROL_AF_MODE_CONTINUOUS_PICTURE,
                    CameraMetadata.CONTROL_AF_MODE_CONTINUOUS_VIDEO,
                    CameraMetadata.CONTROL_AF_MODE_AUTO,
                    CameraMetadata.CONTROL_AF_MODE_OFF,
                ).firstOrNull { it in modes },
            atPoint = regions > 0 && CameraMetadata.CONTROL_AF_MODE_AUTO in modes,
        )
    }
}

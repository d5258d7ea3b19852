package io.pocketlens.app.camera

import android.graphics.Bitmap
import android.graphics.Canvas
import android.graphics.Matrix
import android.graphics.Paint

/**
 * How a TextureView shows a camera's picture upright, in its own aspect ratio, and filling the view.
 *
 * Without a transform the view stretches the picture over itself, upright only for the phone's natural
 * position. So: undo the stretching, turn against the display's rotation, enlarge until filled.
 */
object PreviewTransform {
    fun matrix(
        viewWidth: Int,
        viewHeight: Int,
        camera: CameraInfo,
        displayRotation: Int,
    ): Matrix {
        val lying = camera.sensorOrientation % 180 == 0
        val pictureWidth = (if (lying) camera.previewWidth else camera.previewHeight).toFloat()
        val pictureHeight = (if (lying) camera.previewHeight else camera.previewWidth).toFloat()
        val turned = displayRotation % 180 != 0
        val shownWidth = if (turned) pictureHeight else pictureWidth
        val shownHeight = if (turned) pictureWidth else pictureHeight
        val fill = maxOf(viewWidth / shownWidth, viewHeight / shownHeight)
        val centreX = viewWidth / 2f
        val centreY = viewHeight / 2f
        return Matrix().apply {
            postScale(pictureWidth / viewWidth, pictureHeight / viewHeight, centreX, centreY)
            postRotate(-displayRotation.toFloat(), centreX, centreY)
            postScale(fill, fill, centreX, centreY)
        }
    }

    /** What the eye sees of [stretched], which is the view's bitmap: that comes without the [transform]. */
    fun seen(
        stretched: Bitmap,
        transform: Matrix,
    ): Bitmap {
        val seen = Bitmap.createBitmap(stretched.width, stretched.height, Bitmap.Config.ARGB_8888)
        Canvas(seen).drawBitmap(stretched, transform, Paint(Paint.FILTER_BITMAP_FLAG))
        return seen
    }
}

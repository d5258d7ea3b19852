package io.pocketlens.app.camera

import android.graphics.ImageFormat
import android.media.Image
import android.media.ImageReader
import android.os.Handler
import android.os.SystemClock
import android.util.Size
import android.view.Surface
import io.pocketlens.classifier.YuvFrame
import java.io.Closeable

/**
 * The camera's pictures for the model. The memory of a picture belongs to the reader, so the reader
 * itself goes only after the last picture on loan has come back, whatever the order of closing.
 */
internal class FrameReader(
    size: Size,
    handler: Handler,
    private val camera: CameraPick,
    @Volatile var shown: Shown,
    private val onFrame: (CameraFrame) -> Unit,
    private val onTrouble: (CameraTrouble) -> Unit,
) : Closeable {
    private val lock = Any()
    private var onLoan = 0
    private var closing = false
    private val reader = ImageReader.newInstance(size.width, size.height, ImageFormat.YUV_420_888, MAX_IMAGES)

    /** Where the camera puts the pictures. */
    val surface: Surface = reader.surface

    init {
        reader.setOnImageAvailableListener({ take() }, handler)
    }

    override fun close() {
        reader.setOnImageAvailableListener(null, null)
        val free =
            synchronized(lock) {
                val first = !closing
                closing = true
                first && onLoan == 0
            }
        if (free) reader.close()
    }

    private fun take() {
        CameraRefusal.of { lend()?.let(::hand) }?.let(onTrouble)
    }

    private fun hand(image: Image) {
        val picture = runCatching { picture(image) }.onFailure { giveBack(image) }.getOrThrow()
        onFrame(CameraFrame(picture, SystemClock.elapsedRealtimeNanos()) { giveBack(image) })
    }

    private fun lend(): Image? =
        synchronized(lock) {
            val image =
                try {
                    if (closing) null else reader.acquireLatestImage()
                } catch (_: IllegalStateException) {
                    null // All are on loan: this one is skipped like any other that is not the newest.
                }
            if (image != null) onLoan++
            image
        }

    private fun giveBack(image: Image) {
        image.close()
        val last =
            synchronized(lock) {
                onLoan--
                closing && onLoan == 0
            }
        if (last) reader.close()
    }

    private fun picture(image: Image): YuvFrame {
        val now = shown
        val rotation = camera.rotation(now.displayRotation)
        val whole = YuvFrame.of(image, rotation)
        val aspect = now.visibleAspect ?: return whole
        val upright = PictureRotation.uprightAspect(image.width, image.height, rotation)
        return whole.cut(VisibleShare.of(upright, aspect.toDouble()).region())
    }

    private companion object {
        /** One being read, one waiting, and two that acquireLatestImage holds while it looks for the newest. */
        const val MAX_IMAGES = 4
    }
}

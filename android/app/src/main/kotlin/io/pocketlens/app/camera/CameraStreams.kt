package io.pocketlens.app.camera

import android.graphics.SurfaceTexture
import android.os.Handler
import android.view.Surface
import java.io.Closeable

/** What is wanted of an open camera. */
internal data class CameraSettings(
    val shown: Shown,
    val torch: Boolean = false,
    val zoom: Float = 1f,
)

/** Where an open camera puts its two pictures: the eye's on [texture], the model's in a [FrameReader]. */
internal class CameraStreams(
    camera: CameraPick,
    sizes: StreamSizes,
    texture: SurfaceTexture,
    shown: Shown,
    handler: Handler,
    deliver: (CameraFrame) -> Unit,
    fail: (CameraTrouble) -> Unit,
) : Closeable {
    private val preview: Surface
    private val frames = FrameReader(sizes.frames, handler, camera, shown, deliver, fail)

    init {
        texture.setDefaultBufferSize(sizes.preview.width, sizes.preview.height)
        preview = Surface(texture)
    }

    val surfaces: List<Surface> = listOf(preview, frames.surface)

    var shown: Shown by frames::shown

    override fun close() {
        frames.close()
        preview.release()
    }
}

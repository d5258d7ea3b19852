package io.pocketlens.app.camera

import android.content.Context
import android.graphics.SurfaceTexture
import android.os.Handler
import android.os.HandlerThread

/**
 * The phone's cameras through Camera2. One thread does everything, in order, so that a camera is
 * closed before the next is opened and a texture is released after the camera that drew on it.
 */
class Camera2Source(
    private val context: Context,
) : CameraSource {
    private val handler: Handler by lazy {
        Handler(HandlerThread("camera").apply { start() }.looper)
    }

    override fun open(
        request: CameraRequest,
        listener: CameraListener,
    ): CameraHandle {
        val camera = Camera2Handle(context, handler, request, listener)
        handler.post { camera.start() }
        return camera
    }

    override fun release(texture: SurfaceTexture) {
        handler.post { texture.release() }
    }
}

package io.pocketlens.app.live

import android.annotation.SuppressLint
import android.content.Context
import android.graphics.Bitmap
import android.graphics.SurfaceTexture
import android.hardware.display.DisplayManager
import android.view.Surface
import android.view.TextureView
import io.pocketlens.app.camera.CameraInfo
import io.pocketlens.app.camera.PreviewTransform
import io.pocketlens.app.camera.Shown

/** Hears where the camera's picture is to be drawn. */
fun interface SurfaceListener {
    /** Null: nowhere any more; the texture now belongs to the listener, which releases it after the camera. */
    fun onSurface(
        texture: SurfaceTexture?,
        shown: Shown?,
    )
}

/** What the camera draws on: Compose has no such thing of its own. */
@SuppressLint("ViewConstructor")
class CameraTexture(
    context: Context,
    private val listener: SurfaceListener,
) : TextureView(context),
    TextureView.SurfaceTextureListener,
    DisplayManager.DisplayListener {
    private var surface: SurfaceTexture? = null

    /** The camera whose picture arrives now. */
    var camera: CameraInfo? = null
        set(value) {
            field = value ?: field
            transform()
        }

    init {
        surfaceTextureListener = this
    }

    /** What is to be seen now; null: there is no picture. */
    fun grab(): Bitmap? = bitmap?.takeIf { isAvailable }?.let { PreviewTransform.seen(it, getTransform(null)) }

    override fun onAttachedToWindow() {
        super.onAttachedToWindow()
        context.getSystemService(DisplayManager::class.java)?.registerDisplayListener(this, handler)
    }

    override fun onDetachedFromWindow() {
        context.getSystemService(DisplayManager::class.java)?.unregisterDisplayListener(this)
        super.onDetachedFromWindow()
    }

    override fun onSurfaceTextureAvailable(
        texture: SurfaceTexture,
        width: Int,
        height: Int,
    ) {
        surface = texture
        tell()
    }

    override fun onSurfaceTextureSizeChanged(
        texture: SurfaceTexture,
        width: Int,
        height: Int,
    ) = tell()

    override fun onSurfaceTextureDestroyed(texture: SurfaceTexture): Boolean {
        surface = null
        listener.onSurface(null, null)
        return false
    }

    override fun onSurfaceTextureUpdated(texture: SurfaceTexture) = Unit

    /** A turn by 180 degrees changes nothing but the display. */
    override fun onDisplayChanged(displayId: Int) = tell()

    override fun onDisplayAdded(displayId: Int) = Unit

    override fun onDisplayRemoved(displayId: Int) = Unit

    private fun tell() {
        transform()
        val texture = surface ?: return
        if (width == 0 || height == 0) return
        listener.onSurface(texture, Shown(degrees(), width.toFloat() / height))
    }

    private fun transform() {
        val info = camera ?: return
        if (width > 0 && height > 0) setTransform(PreviewTransform.matrix(width, height, info, degrees()))
    }

    private fun degrees(): Int =
        when (display?.rotation) {
            Surface.ROTATION_90 -> 90
            Surface.ROTATION_180 -> 180
            Surface.ROTATION_270 -> 270
            else -> 0
        }
}

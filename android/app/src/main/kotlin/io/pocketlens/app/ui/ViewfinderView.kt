package io.pocketlens.app.ui

import android.content.Context
import android.graphics.Bitmap
import android.graphics.Canvas
import android.graphics.Paint
import android.graphics.SurfaceTexture
import android.hardware.display.DisplayManager
import android.util.AttributeSet
import android.view.MotionEvent
import android.view.Surface
import android.view.TextureView
import android.widget.FrameLayout
import io.pocketlens.app.R
import io.pocketlens.app.camera.CameraInfo
import io.pocketlens.app.camera.PreviewTransform
import io.pocketlens.app.camera.Surroundings

/**
 * Where the camera's picture appears, filled and in its own aspect ratio. Tells its
 * [Listener] where to draw and where it was tapped.
 */
class ViewfinderView(
    context: Context,
    attributes: AttributeSet?,
) : FrameLayout(context, attributes),
    TextureView.SurfaceTextureListener,
    DisplayManager.DisplayListener {
    private val picture = TextureView(context)
    private val ring = Paint(Paint.ANTI_ALIAS_FLAG)
    private var camera: CameraInfo? = null
    private var texture: SurfaceTexture? = null
    private var tapX = 0f
    private var tapY = 0f
    private var ringShown = false
    private val hideRing = Runnable { showRing(false) }

    /** Hears of this view. */
    interface Listener {
        /** Where to draw; null: nowhere any more, and the texture now belongs to the listener. */
        fun onSurroundings(around: Surroundings?)

        /** Tapped at a point, both 0..1 from the top left. */
        fun onFocus(
            x: Float,
            y: Float,
        )
    }

    var listener: Listener? = null

    init {
        ring.style = Paint.Style.STROKE
        ring.strokeWidth = resources.displayMetrics.density * RING_WIDTH_DP
        ring.color = context.getColor(R.color.on_lens)
        picture.surfaceTextureListener = this
        addView(picture)
        setWillNotDraw(false)
        isClickable = true
    }

    /** The camera whose picture arrives now. */
    fun show(info: CameraInfo?) {
        if (info == null || info == camera) return
        camera = info
        transform()
    }

    /** What is to be seen now, or null when there is no picture. */
    fun grab(): Bitmap? = if (picture.isAvailable && width > 0) picture.bitmap else null

    override fun performClick(): Boolean {
        super.performClick()
        if (width == 0 || height == 0) return true
        listener?.onFocus(tapX / width, tapY / height)
        showRing(true)
        removeCallbacks(hideRing)
        postDelayed(hideRing, RING_MS)
        return true
    }

    override fun onTouchEvent(event: MotionEvent): Boolean {
        tapX = event.x
        tapY = event.y
        return super.onTouchEvent(event)
    }

    override fun dispatchDraw(canvas: Canvas) {
        super.dispatchDraw(canvas)
        if (ringShown) canvas.drawCircle(tapX, tapY, resources.displayMetrics.density * RING_DP, ring)
    }

    override fun onAttachedToWindow() {
        super.onAttachedToWindow()
        context.getSystemService(DisplayManager::class.java)?.registerDisplayListener(this, handler)
    }

    override fun onDetachedFromWindow() {
        context.getSystemService(DisplayManager::class.java)?.unregisterDisplayListener(this)
        removeCallbacks(hideRing)
        super.onDetachedFromWindow()
    }

    override fun onSurfaceTextureAvailable(
        surface: SurfaceTexture,
        width: Int,
        height: Int,
    ) {
        texture = surface
        tell()
    }

    override fun onSurfaceTextureSizeChanged(
        surface: SurfaceTexture,
        width: Int,
        height: Int,
    ) = tell()

    /** The camera may still draw: the listener releases the texture after it is closed. */
    override fun onSurfaceTextureDestroyed(surface: SurfaceTexture): Boolean {
        texture = null
        listener?.onSurroundings(null)
        return listener == null
    }

    override fun onSurfaceTextureUpdated(surface: SurfaceTexture) = Unit

    /** A turn by 180 degrees changes nothing but the display. */
    override fun onDisplayChanged(displayId: Int) = tell()

    override fun onDisplayAdded(displayId: Int) = Unit

    override fun onDisplayRemoved(displayId: Int) = Unit

    private fun tell() {
        transform()
        val surface = texture ?: return
        if (width == 0 || height == 0) return
        listener?.onSurroundings(Surroundings(surface, rotation(), width.toFloat() / height))
    }

    private fun transform() {
        val info = camera ?: return
        if (width > 0 && height > 0) picture.setTransform(PreviewTransform.matrix(width, height, info, rotation()))
    }

    private fun rotation(): Int =
        when (display?.rotation) {
            Surface.ROTATION_90 -> 90
            Surface.ROTATION_180 -> 180
            Surface.ROTATION_270 -> 270
            else -> 0
        }

    private fun showRing(shown: Boolean) {
        ringShown = shown
        invalidate()
    }

    private companion object {
        const val RING_DP = 34f
        const val RING_WIDTH_DP = 2f
        const val RING_MS = 900L
    }
}

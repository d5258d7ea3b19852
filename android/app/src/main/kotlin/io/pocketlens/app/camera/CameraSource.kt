package io.pocketlens.app.camera

import android.graphics.SurfaceTexture
import java.io.Closeable

/** Which way a camera looks. */
enum class Facing { BACK, FRONT, EXTERNAL }

/** What the screen needs to know about the camera that has been opened. */
data class CameraInfo(
    val facing: Facing,
    /** Width and height of the preview as the sensor delivers it. */
    val previewWidth: Int,
    val previewHeight: Int,
    /** Degrees clockwise that turn the sensor's picture upright on the phone held naturally. */
    val sensorOrientation: Int,
    val hasTorch: Boolean,
    /** Whether it can focus at a point. */
    val canFocus: Boolean,
    /** How far it can zoom, 1 = not at all. */
    val maxZoom: Float,
    /** The way that the next camera looks; null when there is no other one. */
    val next: Facing?,
)

/** Why there is no camera picture. */
enum class CameraTrouble {
    /** The device has no camera. */
    NONE_PRESENT,

    /** Another app holds the camera; it may come back by itself. */
    IN_USE,

    /** Another app has taken the camera; it may come back by itself. */
    TAKEN,

    /** The camera has been turned off by an administrator or a privacy switch. */
    DISABLED,

    /** The camera or its service failed. */
    FAILED,

    /** The permission went away. */
    NOT_PERMITTED,
}

/** How the screen shows the camera's picture. */
data class Shown(
    /** Degrees the screen's content is turned against the phone's natural position: 0, 90, 180, 270. */
    val displayRotation: Int,
    /** Width by height of what the screen shows of the upright picture, to look at the same; null: all of it. */
    val visibleAspect: Float?,
)

/** Where to look: the picture for the eye goes to [texture], its size set by the camera. */
class CameraRequest(
    val facing: Facing,
    val texture: SurfaceTexture,
    val shown: Shown,
)

/** What a camera tells. Called on a thread of the camera's own. Nothing comes after [CameraHandle.close] returned. */
interface CameraListener {
    fun onRunning(info: CameraInfo)

    /** A new picture; the receiver closes it. */
    fun onFrame(frame: CameraFrame)

    /** There will be no more pictures. */
    fun onTrouble(trouble: CameraTrouble)

    /** After trouble: it is worth trying again. */
    fun onAvailableAgain()
}

/** An opened or opening camera. All calls return at once. */
interface CameraHandle : Closeable {
    /** The screen shows the picture in another way from now on; the camera goes on. */
    fun show(shown: Shown)

    fun setTorch(on: Boolean)

    /** 1 = the whole picture, at most [CameraInfo.maxZoom]. */
    fun setZoom(ratio: Float)

    /** Focuses and meters at a point of the upright visible picture, both 0..1 from its top left. */
    fun focusAt(
        x: Float,
        y: Float,
    )
}

/** The phone's cameras. Calls return at once; what happens is told to the listener. */
interface CameraSource {
    fun open(
        request: CameraRequest,
        listener: CameraListener,
    ): CameraHandle

    /** Releases [texture] once every camera that has been closed before this call is really closed. */
    fun release(texture: SurfaceTexture)
}

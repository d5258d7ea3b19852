package io.pocketlens.app.camera

import android.graphics.SurfaceTexture
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow
import java.io.Closeable
import java.util.concurrent.Executor

/** What the camera is doing. */
sealed interface CameraStatus {
    data object Off : CameraStatus

    data object Opening : CameraStatus

    data class Running(
        val info: CameraInfo,
    ) : CameraStatus

    data class Failed(
        val trouble: CameraTrouble,
    ) : CameraStatus
}

/**
 * Keeps at most one camera open: while one is [wanted] and there is a texture to draw on. News of a
 * camera that has been closed meanwhile is thrown away, its frames given back. All calls come from the
 * main thread, and take effect at once.
 */
class CameraController(
    private val cameras: CameraSource,
    private val main: Executor,
    private val frames: FrameTaker,
) : Closeable {
    private val _status = MutableStateFlow<CameraStatus>(CameraStatus.Off)
    val status: StateFlow<CameraStatus> = _status.asStateFlow()

    private var run: Run? = null
    private var texture: SurfaceTexture? = null
    private var shown = Shown(displayRotation = 0, visibleAspect = null)

    /** Whether a camera should be open. */
    var wanted = false
        set(value) {
            field = value
            follow()
        }

    /** Which way it should look; another way closes the camera that is open. */
    var facing = Facing.BACK
        set(value) {
            if (value != field) stop()
            field = value
            follow()
        }

    /** There is a place to show the picture, another one (null: none any more), or another way to show it. */
    fun surface(
        next: SurfaceTexture?,
        nextShown: Shown? = null,
    ) {
        shown = nextShown ?: shown
        val old = texture
        if (next === old) {
            run?.handle?.show(shown)
            return
        }
        stop()
        texture = next
        old?.let(cameras::release)
        follow()
    }

    /** Opens the camera anew after trouble. */
    fun retry() {
        if (_status.value is CameraStatus.Failed) stop()
        follow()
    }

    fun setTorch(on: Boolean) {
        run?.handle?.setTorch(on)
    }

    fun setZoom(ratio: Float) {
        run?.handle?.setZoom(ratio)
    }

    fun focusAt(
        x: Float,
        y: Float,
    ) {
        run?.handle?.focusAt(x, y)
    }

    override fun close() {
        wanted = false
        surface(null)
    }

    private fun follow() {
        val place = texture
        if (!wanted || place == null) return stop()
        if (_status.value !is CameraStatus.Off) return
        val next = Run()
        run = next
        _status.value = CameraStatus.Opening
        next.handle = cameras.open(CameraRequest(facing, place, shown), next)
    }

    private fun stop() {
        run?.close()
        run = null
        _status.value = CameraStatus.Off
    }

    private inner class Run :
        CameraListener,
        Closeable {
        var handle: CameraHandle? = null

        @Volatile private var closed = false

        override fun onRunning(info: CameraInfo) = tell { _status.value = CameraStatus.Running(info) }

        override fun onFrame(frame: CameraFrame) = if (closed) frame.close() else frames.offer(frame)

        override fun onTrouble(trouble: CameraTrouble) = tell { _status.value = CameraStatus.Failed(trouble) }

        override fun onAvailableAgain() = tell { retry() }

        override fun close() {
            closed = true
            handle?.close()
        }

        private fun tell(news: () -> Unit) = main.execute { if (!closed) news() }
    }
}

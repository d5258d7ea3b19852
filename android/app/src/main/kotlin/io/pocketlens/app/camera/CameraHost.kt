package io.pocketlens.app.camera

import android.graphics.SurfaceTexture
import io.pocketlens.app.AppGraph
import java.io.Closeable

/** What the camera is doing. */
sealed interface CameraStatus {
    object Off : CameraStatus

    object Opening : CameraStatus

    class Running(
        val info: CameraInfo,
    ) : CameraStatus

    class Failed(
        val trouble: CameraTrouble,
    ) : CameraStatus
}

/** Where a camera's picture is to be shown. */
data class Surroundings(
    val texture: SurfaceTexture,
    val displayRotation: Int,
    val visibleAspect: Float?,
)

/**
 * Keeps at most one camera open and brings what it tells to the main thread, where all calls come
 * from. News of a camera that has been closed meanwhile is thrown away, its frames given back.
 */
class CameraHost(
    private val graph: AppGraph,
    private val listener: Listener,
) : Closeable {
    /** Hears of the camera, on the main thread. */
    fun interface Listener {
        /** [status] changed by itself. */
        fun onCamera()
    }

    private var run: Run? = null

    var status: CameraStatus = CameraStatus.Off
        private set

    /** Opens a camera in place of the one that may be open. Frames go to [frames] on a camera thread. */
    fun open(
        facing: Facing,
        around: Surroundings,
        frames: FrameTaker,
    ) {
        stop()
        val next = Run(frames)
        run = next
        status = CameraStatus.Opening
        val request = CameraRequest(facing, around.texture, around.displayRotation, around.visibleAspect)
        next.handle = graph.cameras.open(request, next)
    }

    fun setTorch(on: Boolean) {
        run?.handle?.setTorch(on)
    }

    fun focusAt(
        x: Float,
        y: Float,
    ) {
        run?.handle?.focusAt(x, y)
    }

    /** Closes the camera; there may be none. */
    override fun close() {
        stop()
        status = CameraStatus.Off
    }

    private fun stop() {
        run?.close()
        run = null
    }

    private fun set(next: CameraStatus) {
        status = next
        listener.onCamera()
    }

    private inner class Run(
        private val frames: FrameTaker,
    ) : CameraListener,
        Closeable {
        var handle: CameraHandle? = null

        @Volatile private var closed = false

        override fun onRunning(info: CameraInfo) = tell(CameraStatus.Running(info))

        override fun onFrame(frame: CameraFrame) = if (closed) frame.close() else frames.offer(frame)

        override fun onTrouble(trouble: CameraTrouble) = tell(CameraStatus.Failed(trouble))

        /** [CameraStatus.Off] says to the owner that nothing stands in the way of opening again. */
        override fun onAvailableAgain() = tell(CameraStatus.Off)

        override fun close() {
            closed = true
            handle?.close()
        }

        private fun tell(next: CameraStatus) =
            graph.workers.main.execute {
                if (!closed) {
                    if (next is CameraStatus.Off) stop()
                    set(next)
                }
            }
    }
}

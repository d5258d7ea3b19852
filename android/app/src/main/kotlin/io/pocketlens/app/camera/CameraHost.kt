package io.pocketlens.app.camera

import android.graphics.SurfaceTexture
import io.pocketlens.app.AppGraph
import java.io.Closeable

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
    /** [status] changed by itself. */
    private val onChange: () -> Unit,
) : Closeable {
    private var run: Run? = null

    var status: CameraStatus = CameraStatus.Off
        private set

    /** Opens a camera in place of the one that may be open. Frames go to [onFrame] on a camera thread. */
    fun open(
        facing: Facing,
        around: Surroundings,
        onFrame: (CameraFrame) -> Unit,
    ) {
        stop()
        val next = Run(onFrame)
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
        onChange()
    }

    private inner class Run(
        private val onFrame: (CameraFrame) -> Unit,
    ) : CameraListener,
        Closeable {
        var handle: CameraHandle? = null

        @Volatile private var closed = false

        override fun onRunning(info: CameraInfo) = tell { set(CameraStatus.Running(info)) }

        override fun onFrame(frame: CameraFrame) = if (closed) frame.close() else onFrame.invoke(frame)

        override fun onTrouble(trouble: CameraTrouble) = tell { set(CameraStatus.Failed(trouble)) }

        /** [CameraStatus.Off] says to the owner that nothing stands in the way of opening again. */
        override fun onAvailableAgain() =
            tell {
                stop()
                set(CameraStatus.Off)
            }

        override fun close() {
            closed = true
            handle?.close()
        }

        private fun tell(news: () -> Unit) = graph.workers.main.execute { if (!closed) news() }
    }
}

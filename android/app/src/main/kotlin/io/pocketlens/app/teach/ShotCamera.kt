package io.pocketlens.app.teach

import android.graphics.SurfaceTexture
import androidx.lifecycle.SavedStateHandle
import io.pocketlens.app.AppGraph
import io.pocketlens.app.camera.CameraController
import io.pocketlens.app.camera.CameraStatus
import io.pocketlens.app.camera.Shown
import io.pocketlens.app.live.CameraPermission
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.combine
import kotlinx.coroutines.launch

/** The camera that pictures of a thing are taken with: open while it is [wanted], visible and allowed. */
class ShotCamera(
    graph: AppGraph,
    saved: SavedStateHandle,
    scope: CoroutineScope,
) : AutoCloseable {
    private val camera = CameraController(graph.cameras, graph.main) { it.close() }
    private var visible = false

    val permission = CameraPermission(saved, graph.memory, scope, graph.now)

    /** Whether pictures are taken now. */
    var wanted = false
        set(value) {
            field = value
            follow()
        }

    val eye: Flow<Eye> =
        combine(camera.status, permission.need) { status, need ->
            when {
                need != null -> Eye.NotAllowed(need)
                status is CameraStatus.Failed -> Eye.Failed(status.trouble)
                status is CameraStatus.Running -> Eye.Running(status.info)
                else -> Eye.Opening
            }
        }

    init {
        scope.launch { permission.need.collect { follow() } }
    }

    /** The screen is visible. */
    fun start() {
        visible = true
        follow()
    }

    /** The screen is no longer visible: the camera is for others. */
    fun stop() {
        visible = false
        follow()
    }

    fun surface(
        texture: SurfaceTexture?,
        shown: Shown?,
    ) = camera.surface(texture, shown)

    fun retry() = camera.retry()

    override fun close() = camera.close()

    private fun follow() {
        camera.wanted = wanted && visible && permission.need.value == null
    }
}

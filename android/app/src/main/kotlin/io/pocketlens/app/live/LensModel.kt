package io.pocketlens.app.live

import androidx.lifecycle.SavedStateHandle
import io.pocketlens.app.camera.CameraController
import io.pocketlens.app.camera.CameraInfo
import io.pocketlens.app.camera.CameraStatus
import io.pocketlens.app.camera.Facing
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow
import kotlinx.coroutines.flow.filterIsInstance
import kotlinx.coroutines.flow.update
import kotlinx.coroutines.launch

/** What the user sets on the [camera]. Which way it looks outlives the process. */
class LensModel(
    private val saved: SavedStateHandle,
    private val camera: CameraController,
    scope: CoroutineScope,
) {
    private val _state = MutableStateFlow(LensState())
    val state: StateFlow<LensState> = _state.asStateFlow()

    private val running: CameraInfo? get() = (camera.status.value as? CameraStatus.Running)?.info

    init {
        saved.get<String>(FACING)?.let { camera.facing = Facing.valueOf(it) }
        // A camera that has just been opened, after a rotation too, is set as before.
        scope.launch { camera.status.filterIsInstance<CameraStatus.Running>().collect { setUp() } }
    }

    fun setTorch(on: Boolean) {
        _state.update { it.copy(torch = on) }
        camera.setTorch(on)
    }

    /** Enlarges by [factor] against now. */
    fun zoom(factor: Float) {
        val most = running?.maxZoom ?: return
        _state.update { it.copy(zoom = (it.zoom * factor).coerceIn(1f, most)) }
        camera.setZoom(state.value.zoom)
    }

    /** Goes on to the camera that looks the next way; false: there is none. */
    fun flip(): Boolean {
        val next = running?.next ?: return false
        saved[FACING] = next.name
        forget()
        camera.facing = next
        return true
    }

    /** Torch off, no zoom. */
    fun forget() {
        _state.value = LensState()
    }

    private fun setUp() {
        camera.setTorch(state.value.torch)
        camera.setZoom(state.value.zoom)
    }

    private companion object {
        const val FACING = "facing"
    }
}

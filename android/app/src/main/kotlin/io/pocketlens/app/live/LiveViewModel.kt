package io.pocketlens.app.live

import android.graphics.Bitmap
import android.graphics.SurfaceTexture
import androidx.lifecycle.SavedStateHandle
import androidx.lifecycle.ViewModel
import androidx.lifecycle.viewModelScope
import io.pocketlens.app.AppGraph
import io.pocketlens.app.answer.Answer
import io.pocketlens.app.answer.Answers
import io.pocketlens.app.answer.LabelDetail
import io.pocketlens.app.camera.CameraController
import io.pocketlens.app.camera.CameraStatus
import io.pocketlens.app.camera.Shown
import io.pocketlens.app.model.ModelState
import io.pocketlens.app.perf.Performance
import io.pocketlens.app.perf.StageClock
import io.pocketlens.app.results.LiveReader
import io.pocketlens.app.results.PicturePart
import io.pocketlens.app.results.Reading
import io.pocketlens.app.results.StillReader
import io.pocketlens.app.ui.Trouble
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.asExecutor
import kotlinx.coroutines.flow.SharingStarted
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.combine
import kotlinx.coroutines.flow.distinctUntilChanged
import kotlinx.coroutines.flow.flatMapLatest
import kotlinx.coroutines.flow.map
import kotlinx.coroutines.flow.stateIn
import kotlinx.coroutines.launch

/** The camera screen. It lives through rotations; what must outlive the process is saved. */
@OptIn(ExperimentalCoroutinesApi::class)
class LiveViewModel(
    graph: AppGraph,
    saved: SavedStateHandle,
) : ViewModel() {
    private val models = graph.models
    private val stages = StageClock()
    private val reader = LiveReader(models, graph.dispatchers.engine.asExecutor(), stages, graph.now)
    private val camera = CameraController(graph.cameras, graph.main, reader)
    private val still = StillReader(models, graph.dispatchers.engine, stages, graph.now)
    private val hold = HoldModel(saved, graph.heldPicture, models, still, viewModelScope)
    private val lens = LensModel(saved, camera, viewModelScope)
    private var started = false

    val permission = CameraPermission(saved, graph.memory, viewModelScope, graph.now)

    private val reading =
        hold.held
            .map { it != null }
            .distinctUntilChanged()
            .flatMapLatest { held -> if (held) hold.reading else reader.reading }
            .stateIn(viewModelScope, SharingStarted.Eagerly, null)

    private val sheets = LiveSheets(saved, reading) { measured(graph) }

    private val page =
        combine(
            combine(permission.need, hold.held, ::Pair),
            combine(camera.status, lens.state, ::Pair),
            models.state,
            reading,
            graph.settings.settings,
        ) { (need, held), (status, lens), model, reading, settings ->
            val answer = Answers.of(model, reading, settings.labels)
            when {
                model is ModelState.Failed -> LivePage.Problem(Trouble.of(model))
                held != null -> LivePage.Viewfinder(answer, held = held, detail = detail(reading))
                need != null -> LivePage.Permission(need)
                status is CameraStatus.Failed -> LivePage.Problem(Trouble.Camera(status.trouble))
                else -> {
                    val info = (status as? CameraStatus.Running)?.info
                    LivePage.Viewfinder(answer, info, lens, detail = detail(reading))
                }
            }
        }

    val uiState: StateFlow<LiveUiState> =
        combine(page, sheets.sheet, graph.settings.settings) { page, sheet, settings ->
            LiveUiState(page, sheet, settings.labels, settings.speak)
        }.stateIn(viewModelScope, SharingStarted.Eagerly, LiveUiState(LivePage.Viewfinder(Answer.Preparing)))

    init {
        viewModelScope.launch { permission.need.collect { follow() } }
        viewModelScope.launch { models.state.collect { onModel(it) } }
    }

    /** The screen is visible. */
    fun start() {
        started = true
        follow()
    }

    /** The screen is no longer visible: the camera is for others. [turning]: it comes back at once. */
    fun stop(turning: Boolean) {
        started = false
        if (!turning) {
            lens.forget()
            reader.restart()
        }
        follow()
    }

    /** Where to show the camera's picture, and how; null: nowhere any more. */
    fun surface(
        texture: SurfaceTexture?,
        shown: Shown?,
    ) = camera.surface(texture, shown)

    fun setTorch(on: Boolean) = lens.setTorch(on)

    /** Enlarges by [factor] against now. */
    fun zoom(factor: Float) = lens.zoom(factor)

    /** Focuses at a point of the visible picture, both 0..1 from its top left. */
    fun focusAt(
        x: Float,
        y: Float,
    ) = camera.focusAt(x, y)

    /** Goes on to the camera that looks the next way. */
    fun switchCamera() {
        if (lens.flip()) reader.restart()
    }

    /** Holds the picture [shown] and its answer; null: there is none to hold. */
    fun hold(shown: Bitmap?) {
        if (shown == null) return
        hold.hold(shown, reader.reading.value)
        lens.forget()
        follow()
    }

    /** Looks at a part of the held picture; null: at all of it. */
    fun look(part: PicturePart?) = hold.look(part)

    /** Back to the live picture. */
    fun resume() {
        hold.release()
        reader.restart()
        follow()
    }

    /** Tries again what failed. */
    fun retry() {
        if (models.state.value is ModelState.Failed) models.reload()
        camera.retry()
    }

    /** Gives up the imported model that failed. */
    fun useBuiltIn() {
        viewModelScope.launch { models.useBuiltIn() }
    }

    fun openLabel(index: Int) = sheets.openLabel(index)

    fun openPerformance() = sheets.openPerformance()

    fun closeSheet() = sheets.close()

    override fun onCleared() {
        camera.close()
        reader.restart()
    }

    private fun onModel(state: ModelState) {
        if (state is ModelState.Loading) stages.reset()
        follow()
    }

    private fun follow() {
        camera.wanted =
            started &&
            permission.need.value == null &&
            hold.held.value == null &&
            models.state.value !is ModelState.Failed
    }

    private fun detail(reading: Reading?): LabelDetail? =
        reading?.headline?.let { LabelDetail.of(reading, it.sure.label.index) }

    private fun measured(graph: AppGraph): Performance {
        val model = (models.state.value as? ModelState.Ready)?.model
        return Performance.of(stages, graph.now(), reader.droppedFrames, graph.thermometer.heat(), model)
    }
}

package io.pocketlens.app.photo

import android.net.Uri
import androidx.lifecycle.SavedStateHandle
import androidx.lifecycle.ViewModel
import androidx.lifecycle.viewModelScope
import io.pocketlens.app.AppGraph
import io.pocketlens.app.answer.Answer
import io.pocketlens.app.answer.Answers
import io.pocketlens.app.answer.LabelDetail
import io.pocketlens.app.model.LoadedModel
import io.pocketlens.app.model.ModelState
import io.pocketlens.app.perf.StageClock
import io.pocketlens.app.results.PicturePart
import io.pocketlens.app.results.Reading
import io.pocketlens.app.results.StillReader
import io.pocketlens.app.ui.Trouble
import io.pocketlens.classifier.ClassifierException
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.FlowCollector
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.SharingStarted
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.combine
import kotlinx.coroutines.flow.filterNotNull
import kotlinx.coroutines.flow.stateIn
import kotlinx.coroutines.flow.transformLatest
import kotlinx.coroutines.flow.update
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext

/** One photo and what it shows: the photo and the model are awaited, whichever comes first. */
@OptIn(ExperimentalCoroutinesApi::class)
class PhotoViewModel(
    private val graph: AppGraph,
    private val saved: SavedStateHandle,
) : ViewModel() {
    private val models = graph.models
    private val stages = StageClock()
    private val still = StillReader(models, graph.dispatchers.engine, stages, graph.now)
    private val attempts = MutableStateFlow(0)
    private val part = saved.getStateFlow<FloatArray?>(PART, null)
    private val label = saved.getStateFlow(LABEL, NONE)

    /** What has become of the photo so far. */
    private sealed interface Progress {
        data object Opening : Progress

        class Open(
            val photo: OpenPhoto,
        ) : Progress

        class Failed(
            val error: ClassifierException,
        ) : Progress
    }

    private val progress: Flow<Progress> =
        combine(saved.getStateFlow<Uri?>(PHOTO, null).filterNotNull(), attempts, ::Pair).transformLatest { (uri, _) ->
            emit(Progress.Opening)
            try {
                val photo = withContext(graph.dispatchers.io) { OpenPhoto.of { graph.photos.load(uri) } }
                photo.use {
                    emit(Progress.Open(it))
                    awaitCancellation()
                }
            } catch (error: ClassifierException) {
                emit(Progress.Failed(error))
            }
        }

    private val page: Flow<Pair<PhotoPage, Reading?>> =
        combine(progress, models.state, part, graph.settings.settings) { progress, model, part, settings ->
            Request(progress, model, PicturePart.of(part), settings.labels)
        }.transformLatest { request -> request.run { show(this) } }

    private class Request(
        val progress: Progress,
        val model: ModelState,
        val part: PicturePart?,
        val rows: Int,
    )

    val uiState: StateFlow<PhotoUiState> =
        combine(page, label, graph.settings.settings) { (page, reading), label, settings ->
            val sheet = if (label == NONE || reading == null) null else LabelDetail.of(reading, label)
            PhotoUiState(page, sheet, settings.labels, settings.speak)
        }.stateIn(viewModelScope, SharingStarted.Eagerly, PhotoUiState())

    /** Opens another photo. */
    fun open(photo: Uri) {
        saved[PART] = null
        saved[LABEL] = NONE
        saved[PHOTO] = photo
    }

    /** Whether a photo has been opened, in this process or one before. */
    val isOpen: Boolean get() = saved.get<Uri>(PHOTO) != null

    /** Looks at a part only; null: at all of it. */
    fun look(part: PicturePart?) = saved.set(PART, part?.toArray())

    /** Tries again what failed. */
    fun retry() {
        if (models.state.value is ModelState.Failed) models.reload()
        attempts.update { it + 1 }
    }

    /** Gives up the imported model that failed. */
    fun useBuiltIn() {
        viewModelScope.launch { models.useBuiltIn() }
    }

    fun openLabel(index: Int) = saved.set(LABEL, index)

    fun closeSheet() = saved.set(LABEL, NONE)

    private suspend fun FlowCollector<Pair<PhotoPage, Reading?>>.show(request: Request) {
        val progress = request.progress
        val model = request.model
        when {
            model is ModelState.Failed -> emit(PhotoPage.Problem(Trouble.of(model)) to null)
            progress is Progress.Failed -> emit(PhotoPage.Problem(Trouble.of(progress.error)) to null)
            progress is Progress.Open -> {
                val picture = progress.photo.preview
                emit(PhotoPage.Shown(Answers.of(model, null, request.rows), picture, request.part) to null)
                if (model is ModelState.Ready) read(model.model, progress.photo, request)
            }
            else -> emit(PhotoPage.Shown(Answer.Looking) to null)
        }
    }

    private suspend fun FlowCollector<Pair<PhotoPage, Reading?>>.read(
        model: LoadedModel,
        photo: OpenPhoto,
        request: Request,
    ) {
        val reading =
            try {
                withContext(graph.dispatchers.io) { photo.take() }.use { whole ->
                    still.read(model, request.part?.let { whole.cut(it.region()) } ?: whole)
                }
            } catch (error: ClassifierException) {
                return emit(PhotoPage.Problem(Trouble.of(error)) to null)
            }
        val answer = reading?.let { Answers.of(it, request.rows) } ?: return
        val detail = reading.headline?.let { LabelDetail.of(reading, it.sure.label.index) }
        emit(PhotoPage.Shown(answer, photo.preview, request.part, detail) to reading)
    }

    private companion object {
        const val PHOTO = "photo"
        const val PART = "part"
        const val LABEL = "label"
        const val NONE = -1
    }
}

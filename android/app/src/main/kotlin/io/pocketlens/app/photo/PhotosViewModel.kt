package io.pocketlens.app.photo

import android.net.Uri
import androidx.lifecycle.SavedStateHandle
import androidx.lifecycle.ViewModel
import androidx.lifecycle.viewModelScope
import io.pocketlens.app.AppGraph
import io.pocketlens.app.answer.Answers
import io.pocketlens.app.model.LoadedModel
import io.pocketlens.app.model.ModelState
import io.pocketlens.app.perf.StageClock
import io.pocketlens.app.results.StillReader
import io.pocketlens.app.ui.Trouble
import io.pocketlens.classifier.ClassifierException
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.flow.SharingStarted
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.combine
import kotlinx.coroutines.flow.stateIn
import kotlinx.coroutines.flow.transformLatest
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext

/** Reads several photos, one after the other, and all of them again when there is another model. */
@OptIn(ExperimentalCoroutinesApi::class)
class PhotosViewModel(
    private val graph: AppGraph,
    private val saved: SavedStateHandle,
) : ViewModel() {
    private val models = graph.models
    private val still = StillReader(models, graph.dispatchers.engine, StageClock(), graph.now)
    private val photos = saved.getStateFlow<List<Uri>?>(PHOTOS, null)

    val uiState: StateFlow<PhotosUiState> =
        combine(photos, models.state, graph.settings.settings) { photos, model, settings ->
            Triple(photos.orEmpty(), model, settings.labels)
        }.transformLatest { (photos, model, rows) ->
            var state = PhotosUiState(photos.map { PhotoEntry(it, named(it)) })
            if (model is ModelState.Failed) state = state.copy(trouble = Trouble.of(model))
            emit(state)
            if (model !is ModelState.Ready) return@transformLatest
            for (place in photos.indices) {
                val entries = state.entries.toMutableList()
                entries[place] = read(entries[place], model.model, rows)
                state = state.copy(entries = entries)
                emit(state)
            }
        }.stateIn(viewModelScope, SharingStarted.Eagerly, PhotosUiState())

    val isOpen: Boolean get() = photos.value != null

    /** Opens these photos; one that is named twice counts once. */
    fun open(photos: List<Uri>) = saved.set(PHOTOS, ArrayList(photos.distinct()))

    fun retry() = models.reload()

    fun useBuiltIn() {
        viewModelScope.launch { models.useBuiltIn() }
    }

    private suspend fun read(
        entry: PhotoEntry,
        model: LoadedModel,
        rows: Int,
    ): PhotoEntry =
        try {
            val photo = withContext(graph.dispatchers.io) { graph.photos.load(entry.uri) }
            photo.use {
                val small = withContext(graph.dispatchers.io) { PhotoPreview.of(it, THUMBNAIL) }
                val reading = still.read(model, it)
                val result = reading?.let { seen -> PhotoResult.Seen(Answers.of(seen, rows)) } ?: PhotoResult.Waiting
                entry.copy(thumbnail = small, result = result)
            }
        } catch (error: ClassifierException) {
            entry.copy(result = PhotoResult.Failed(Trouble.details(error)))
        }

    private suspend fun named(photo: Uri): String = withContext(graph.dispatchers.io) { graph.names.of(photo) }

    private companion object {
        const val PHOTOS = "photos"
        const val THUMBNAIL = 256f
    }
}

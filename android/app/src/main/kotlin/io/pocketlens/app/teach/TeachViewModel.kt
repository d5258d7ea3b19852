package io.pocketlens.app.teach

import android.graphics.Bitmap
import android.net.Uri
import androidx.lifecycle.SavedStateHandle
import androidx.lifecycle.ViewModel
import androidx.lifecycle.viewModelScope
import io.pocketlens.app.AppGraph
import io.pocketlens.app.model.ModelState
import io.pocketlens.classifier.ClassifierException
import io.pocketlens.classifier.ErrorCode
import io.pocketlens.classifier.Photo
import io.pocketlens.classifier.TaughtPicture
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.SharingStarted
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.combine
import kotlinx.coroutines.flow.flowOn
import kotlinx.coroutines.flow.stateIn
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext

/** Teaching one thing: its name, then pictures of it. Each picture is learned at once and can be taken back. */
class TeachViewModel(
    private val graph: AppGraph,
    saved: SavedStateHandle,
) : ViewModel() {
    private val store = graph.taught
    private val session = TeachSession(saved)
    private val first = MutableStateFlow<Bitmap?>(null)
    private val busy = MutableStateFlow(false)
    private val error = MutableStateFlow<ErrorCode?>(null)
    private val request = MutableStateFlow(TeachRequest(wrong = false, emptyList()))

    val camera = ShotCamera(graph, saved, viewModelScope)

    private val progress = combine(session.name, session.typed, session.shots, session.done) { _, _, _, _ -> session }

    /** Names to choose; sorting the model's own takes a while. */
    private val offered =
        combine(session.name, session.typed, request, graph.taughtNow(), graph.models.state, ::suggestions)
            .flowOn(graph.dispatchers.io)

    val uiState: StateFlow<TeachUiState> =
        combine(
            graph.taughtNow(),
            progress,
            combine(first, offered, camera.eye, ::Triple),
            busy,
            error,
        ) { taught, session, (first, offered, eye), busy, error ->
            when {
                taught is Taught.Cannot -> TeachUiState.Refused(taught.details)
                taught !is Taught.Known -> TeachUiState.Preparing
                session.name.value == null ->
                    TeachUiState.Naming(first, session.typed.value, offered, request.value.wrong, error)
                else -> named(taught, eye, busy, error)
            }
        }.stateIn(viewModelScope, SharingStarted.Eagerly, TeachUiState.Preparing)

    init {
        viewModelScope.launch { progress.collect { camera.wanted = it.isTaking } }
    }

    /** Begins, or goes on where the process ended; again after a rotation, when the picture is there. */
    fun begin(request: TeachRequest) {
        this.request.value = request
        if (first.value != null) return
        viewModelScope.launch {
            first.value = store.firstShot.load()
            if (first.value == null) error.value = ErrorCode.UNREADABLE_PHOTO
        }
    }

    fun type(text: String) {
        error.value = null
        session.type(text)
    }

    /** It is called [name]: the first picture is learned. */
    fun name(name: String) {
        val picture = first.value ?: return
        learn(name.trim()) { Photo(picture) }
    }

    /** Learns the picture that the camera shows; null: there is none. */
    fun take(picture: Bitmap?) {
        val name = session.name.value
        if (picture != null && name != null) learn(name) { Photo(picture) }
    }

    /** Learns photos that were chosen. */
    fun add(photos: List<Uri>) {
        val name = session.name.value ?: return
        viewModelScope.launch {
            for (photo in photos) {
                carry { withContext(graph.dispatchers.io) { graph.photos.load(photo) }.use { store.teach(name, it) } }
            }
        }
    }

    /** Takes the last picture back. */
    fun takeBack() = forget { session.shots.value.takeLast(1) }

    /** Forgets all pictures that were taken here, and leaves it without a name. */
    fun forgetAll() = forget { session.shots.value }

    fun finish() = session.finish()

    fun goOn() = session.goOn()

    override fun onCleared() = camera.close()

    private fun learn(
        name: String,
        photo: () -> Photo,
    ) {
        if (busy.value) return
        viewModelScope.launch { carry { store.teach(name, photo()) } }
    }

    private suspend fun carry(teach: suspend () -> TaughtPicture) {
        busy.value = true
        error.value = null
        try {
            session.took(teach())
        } catch (failure: ClassifierException) {
            error.value = failure.code
        } finally {
            busy.value = false
        }
    }

    private fun forget(which: () -> List<String>) {
        val mid = session.mid ?: return
        viewModelScope.launch {
            val ids = which()
            try {
                store.removeShots(mid, ids)
                repeat(ids.size) { session.tookBack() }
                session.goOn()
            } catch (failure: ClassifierException) {
                error.value = failure.code
            }
        }
    }

    private fun suggestions(
        name: String?,
        typed: String,
        request: TeachRequest,
        taught: Taught,
        model: ModelState,
    ): List<Suggestion> =
        if (name == null && taught is Taught.Known && model is ModelState.Ready) {
            Suggestions.of(typed, request, taught.things, model.model.names)
        } else {
            emptyList()
        }

    private fun named(
        taught: Taught.Known,
        eye: Eye,
        busy: Boolean,
        error: ErrorCode?,
    ): TeachUiState {
        val thing = taught.things.firstOrNull { it.mid == session.mid }
        val name = thing?.name ?: session.name.value.orEmpty()
        if (session.done.value) {
            return TeachUiState.Named(name, thing?.shots.orEmpty().size, session.useful < TeachUiState.ENOUGH)
        }
        val views = thing?.shots.orEmpty().associate { it.id to it.picture }
        val shots = session.shots.value.mapNotNull(views::get)
        return TeachUiState.Shooting(name, shots, session.useful, session.hint, eye, busy, error)
    }
}

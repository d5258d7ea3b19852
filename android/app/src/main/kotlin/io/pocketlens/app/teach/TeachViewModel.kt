package io.pocketlens.app.teach

import android.graphics.Bitmap
import android.graphics.SurfaceTexture
import android.net.Uri
import androidx.lifecycle.SavedStateHandle
import androidx.lifecycle.ViewModel
import androidx.lifecycle.viewModelScope
import io.pocketlens.app.AppGraph
import io.pocketlens.app.camera.CameraController
import io.pocketlens.app.camera.CameraStatus
import io.pocketlens.app.camera.Shown
import io.pocketlens.app.model.ModelState
import io.pocketlens.app.ui.Trouble
import io.pocketlens.classifier.ClassifierException
import io.pocketlens.classifier.ErrorCode
import io.pocketlens.classifier.Photo
import io.pocketlens.classifier.TaughtPicture
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.SharingStarted
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.combine
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
    private val camera = CameraController(graph.cameras, graph.main) { it.close() }
    private val first = MutableStateFlow<Bitmap?>(null)
    private val allowed = MutableStateFlow(false)
    private var visible = false
    private val busy = MutableStateFlow(false)
    private val error = MutableStateFlow<ErrorCode?>(null)
    private var request = TeachRequest(wrong = false, emptyList())

    private val progress = combine(session.name, session.typed, session.shots, session.done) { _, _, _, _ -> session }

    private val eye =
        combine(camera.status, allowed) { status, allowed ->
            when {
                !allowed -> Eye.NotAllowed
                status is CameraStatus.Failed -> Eye.Failed(status.trouble)
                status is CameraStatus.Running -> Eye.Running(status.info)
                else -> Eye.Opening
            }
        }

    val uiState: StateFlow<TeachUiState> =
        combine(
            combine(graph.models.state, store.state, ::Pair),
            progress,
            combine(first, eye, ::Pair),
            busy,
            error,
        ) { (model, taught), session, (first, eye), busy, error ->
            when {
                model is ModelState.Failed -> TeachUiState.Refused(Trouble.details(model.error))
                taught is Taught.Cannot -> TeachUiState.Refused(taught.details)
                model !is ModelState.Ready || taught !is Taught.Known -> TeachUiState.Preparing
                session.name.value == null -> naming(model, taught, first, error)
                else -> named(taught, eye, busy, error)
            }
        }.stateIn(viewModelScope, SharingStarted.Eagerly, TeachUiState.Preparing)

    /** Begins, or goes on where the process ended; again after a rotation, when the picture is there. */
    fun begin(request: TeachRequest) {
        this.request = request
        if (first.value != null) return
        viewModelScope.launch {
            first.value = store.firstShot.load()
            if (first.value == null) error.value = ErrorCode.UNREADABLE_PHOTO
        }
    }

    /** Whether the camera may be used, as the system says. */
    fun look(isGranted: Boolean) {
        allowed.value = isGranted
        visible = true
        follow()
    }

    fun stop() {
        visible = false
        follow()
    }

    fun surface(
        texture: SurfaceTexture?,
        shown: Shown?,
    ) = camera.surface(texture, shown)

    fun retryCamera() = camera.retry()

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

    fun finish() {
        session.finish()
        follow()
    }

    fun goOn() {
        session.goOn()
        follow()
    }

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
            follow()
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
                follow()
            } catch (failure: ClassifierException) {
                error.value = failure.code
            }
        }
    }

    /** The camera is open while pictures are taken. */
    private fun follow() {
        camera.wanted = visible && allowed.value && session.name.value != null && !session.done.value
    }

    private fun naming(
        model: ModelState.Ready,
        taught: Taught.Known,
        picture: Bitmap?,
        error: ErrorCode?,
    ): TeachUiState {
        val typed = session.typed.value
        val offered = Suggestions.of(typed, request, taught.things, model.model.names)
        return TeachUiState.Naming(picture, typed, offered, request.wrong, error)
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

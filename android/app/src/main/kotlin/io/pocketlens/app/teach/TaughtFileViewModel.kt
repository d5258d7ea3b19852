package io.pocketlens.app.teach

import android.content.ContentResolver
import android.net.Uri
import androidx.lifecycle.ViewModel
import androidx.lifecycle.viewModelScope
import io.pocketlens.app.AppGraph
import io.pocketlens.app.ui.ErrorDetails
import io.pocketlens.app.ui.Trouble
import io.pocketlens.classifier.ClassifierException
import io.pocketlens.classifier.ErrorCode
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import java.io.ByteArrayOutputStream
import java.io.IOException
import java.io.InputStream

/** How far opening a file of taught things has come. */
sealed interface TaughtFileUiState {
    data object Checking : TaughtFileUiState

    /** The file is sound; nothing has been changed yet. */
    data class Asking(
        val incoming: IncomingThings,
    ) : TaughtFileUiState

    data class Added(
        val incoming: IncomingThings,
    ) : TaughtFileUiState

    data class Refused(
        val details: ErrorDetails,
    ) : TaughtFileUiState
}

/** One file of taught things: check, ask, add. */
class TaughtFileViewModel(
    private val graph: AppGraph,
) : ViewModel() {
    private val _uiState = MutableStateFlow<TaughtFileUiState>(TaughtFileUiState.Checking)
    val uiState: StateFlow<TaughtFileUiState> = _uiState.asStateFlow()
    private var begun = false

    init {
        viewModelScope.launch { graph.models.state.collect { } } // the model stays open meanwhile
    }

    /** Checks the file behind [uri]; the second time it does nothing. */
    fun begin(
        resolver: ContentResolver,
        uri: Uri,
    ) {
        if (begun) return
        begun = true
        carry {
            val bytes = withContext(graph.dispatchers.io) { read(resolver, uri) }
            opened()
            TaughtFileUiState.Asking(graph.taught.check(bytes))
        }
    }

    /** The user agrees. */
    fun add() {
        val asking = _uiState.value as? TaughtFileUiState.Asking ?: return
        _uiState.value = TaughtFileUiState.Checking
        carry {
            graph.taught.add(asking.incoming)
            TaughtFileUiState.Added(asking.incoming)
        }
    }

    /** Waits until there is a model that was, or cannot be, taught. */
    private suspend fun opened() {
        val taught = graph.taughtNow().first { it !is Taught.Waiting }
        if (taught is Taught.Cannot) throw ClassifierException(taught.details.code, taught.details.message)
    }

    @Suppress("TooGenericExceptionCaught") // what a provider throws arrives here as it is
    private fun read(
        resolver: ContentResolver,
        uri: Uri,
    ): ByteArray =
        try {
            val stream = resolver.openInputStream(uri) ?: throw IOException("no stream")
            stream.use(::bounded)
        } catch (error: IOException) {
            throw unreadable(error)
        } catch (error: RuntimeException) {
            throw unreadable(error)
        }

    private fun bounded(from: InputStream): ByteArray {
        val bytes = ByteArrayOutputStream()
        val part = ByteArray(DEFAULT_BUFFER_SIZE)
        while (true) {
            val count = from.read(part)
            if (count < 0) return bytes.toByteArray()
            bytes.write(part, 0, count)
            if (bytes.size() > MOST) throw tooLarge()
        }
    }

    private fun tooLarge() = ClassifierException(ErrorCode.TOO_LARGE, "The file is longer than $MOST bytes.")

    private fun unreadable(error: Exception) =
        ClassifierException(ErrorCode.UNREADABLE_FILE, "The file could not be read: ${error.message}", error)

    private fun carry(step: suspend () -> TaughtFileUiState) {
        viewModelScope.launch {
            _uiState.value =
                try {
                    step()
                } catch (error: ClassifierException) {
                    TaughtFileUiState.Refused(Trouble.details(error))
                }
        }
    }

    private companion object {
        const val MOST = 1 shl 25
    }
}

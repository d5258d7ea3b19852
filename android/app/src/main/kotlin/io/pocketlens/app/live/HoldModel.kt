package io.pocketlens.app.live

import android.graphics.Bitmap
import androidx.lifecycle.SavedStateHandle
import io.pocketlens.app.model.ModelState
import io.pocketlens.app.model.Models
import io.pocketlens.app.results.PicturePart
import io.pocketlens.app.results.Reading
import io.pocketlens.app.results.StillReader
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow
import kotlinx.coroutines.flow.combine
import kotlinx.coroutines.flow.transformLatest
import kotlinx.coroutines.flow.update
import kotlinx.coroutines.launch

/** The held picture, the part of it that is looked at, and what the model says of that. */
@OptIn(ExperimentalCoroutinesApi::class)
class HoldModel(
    private val saved: SavedStateHandle,
    private val file: HeldPictureFile,
    private val models: Models,
    private val reader: StillReader,
    private val scope: CoroutineScope,
) {
    private val _held = MutableStateFlow(if (saved[HELD] ?: false) HeldPicture(null, restoredPart()) else null)

    /** What was seen live when the picture was held; good until a part or another model is chosen. */
    private var seen: Reading? = null

    /** Null while the picture is live. */
    val held: StateFlow<HeldPicture?> = _held.asStateFlow()

    val reading: Flow<Reading?> =
        combine(held, models.state, ::Pair).transformLatest { (held, state) ->
            val model = (state as? ModelState.Ready)?.model
            val known = seen?.takeIf { it.model === model && held?.part == null }
            emit(known)
            val picture = held?.picture
            if (known == null && picture != null && model != null) emit(reader.read(model, picture, held.part))
        }

    init {
        if (_held.value != null) scope.launch { restore() }
    }

    /** Holds [picture], of which [reading] is known. */
    fun hold(
        picture: Bitmap,
        reading: Reading?,
    ) {
        seen = reading
        saved[HELD] = true
        _held.value = HeldPicture(picture)
        scope.launch { file.save(picture) }
    }

    /** Looks at a part only; null: at all of it. */
    fun look(part: PicturePart?) {
        saved[PART] = part?.toArray()
        _held.update { it?.copy(part = part) }
    }

    fun release() {
        saved[HELD] = false
        saved[PART] = null
        seen = null
        _held.value = null
        scope.launch { file.delete() }
    }

    private suspend fun restore() {
        val picture = file.load() ?: return release()
        _held.update { it?.copy(picture = picture) }
    }

    private fun restoredPart() = PicturePart.of(saved[PART])

    private companion object {
        const val HELD = "held"
        const val PART = "held-part"
    }
}

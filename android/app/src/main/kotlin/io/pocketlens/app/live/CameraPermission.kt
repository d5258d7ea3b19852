package io.pocketlens.app.live

import androidx.compose.runtime.remember
import androidx.lifecycle.SavedStateHandle
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow
import kotlinx.coroutines.launch

/** What to say about the camera permission. */
enum class PermissionNeed {
    /** It has not been refused: say what it is for and ask. */
    FIRST,

    /** It was refused: say again what it is for and what works without it. */
    REFUSED,

    /** The system does not ask again: only its settings can change it. */
    BLOCKED,
}

/**
 * The way from "never asked" to "granted" or "never ask again". Android tells little: whether the
 * permission is granted, and whether a rationale should be shown, which is true only after a first
 * refusal and before "never ask again". So a refusal without a rationale after one with it means
 * blocked; and so does an answer that came sooner than a person can give one, because then no
 * dialog was shown at all. All calls come from the main thread.
 */
class CameraPermission(
    private val saved: SavedStateHandle,
    private val memory: PermissionMemory,
    private val scope: CoroutineScope,
    private val now: () -> Long,
) {
    private val _need = MutableStateFlow<PermissionNeed?>(PermissionNeed.FIRST)
    private var granted = false
    private var rationale = false
    private var refusedBefore = false
    private var asking = false
    private var askedAt = 0L
    private var blocked: Boolean
        get() = saved[BLOCKED] ?: false
        set(value) = saved.set(BLOCKED, value)

    /** Null: the camera may be used. */
    val need: StateFlow<PermissionNeed?> = _need.asStateFlow()

    init {
        scope.launch {
            refusedBefore = memory.refusedBefore() || refusedBefore
            tell()
        }
    }

    /** How things stand with the system. */
    fun look(
        isGranted: Boolean,
        showRationale: Boolean,
    ) {
        granted = isGranted
        rationale = showRationale
        if (granted || rationale) blocked = false
        tell()
    }

    /** Asks through [request]; a second tap while the system asks does nothing. */
    fun ask(request: () -> Unit) {
        if (asking) return
        asking = true
        askedAt = now()
        request()
    }

    /** The system's answer. */
    fun answered(
        isGranted: Boolean,
        showRationale: Boolean,
    ) {
        val soon = asking && now() - askedAt < TOO_FAST_MS
        asking = false
        blocked = !isGranted && !showRationale && (refusedBefore || soon)
        refusedBefore = !isGranted && (refusedBefore || showRationale)
        val refused = refusedBefore
        scope.launch { memory.remember(refused) }
        look(isGranted, showRationale)
    }

    /** The screen has the user's attention again: nobody is asking. */
    fun resumed() {
        asking = false
    }

    private fun tell() {
        _need.value =
            when {
                granted -> null
                blocked -> PermissionNeed.BLOCKED
                rationale || refusedBefore -> PermissionNeed.REFUSED
                else -> PermissionNeed.FIRST
            }
    }

    private companion object {
        const val BLOCKED = "permission-blocked"
        const val TOO_FAST_MS = 350L
    }
}

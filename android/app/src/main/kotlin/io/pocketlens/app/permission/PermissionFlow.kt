package io.pocketlens.app.permission

/** What to say about the camera permission. */
enum class PermissionNeed {
    /** It has not been refused: say what it is for and ask. */
    FIRST,

    /** It was refused: say again what it is for and what works without it. */
    REFUSED,

    /** The system asks no more: only its settings can change it. */
    BLOCKED,
}

/**
 * The way from "never asked" to "granted" or "never ask again". Android tells little: whether the
 * permission is granted, and whether a rationale should be shown, which is true only after a first
 * refusal and before "never ask again". So a refusal without a rationale after one with it means
 * blocked; and so does an answer that came sooner than a person can give one, because then no
 * dialog was shown at all.
 */
class PermissionFlow(
    private var refusedBefore: Boolean = false,
) {
    private var askedAt = 0L
    private var blocked = false

    /** What to show now, or null when the camera may be used. */
    fun need(
        granted: Boolean,
        showRationale: Boolean,
    ): PermissionNeed? {
        if (granted || showRationale) blocked = false
        return when {
            granted -> null
            blocked -> PermissionNeed.BLOCKED
            showRationale || refusedBefore -> PermissionNeed.REFUSED
            else -> PermissionNeed.FIRST
        }
    }

    /** The system has been asked at [nowMs]. */
    fun asked(nowMs: Long) {
        askedAt = nowMs
    }

    /** The system's answer at [nowMs]. Returns whether a refusal is to be remembered. */
    fun answered(
        granted: Boolean,
        showRationale: Boolean,
        nowMs: Long,
    ): Boolean {
        blocked = !granted && !showRationale && (refusedBefore || nowMs - askedAt < TOO_FAST_MS)
        refusedBefore = !granted && (refusedBefore || showRationale)
        return refusedBefore
    }

    private companion object {
        const val TOO_FAST_MS = 350L
    }
}

package io.pocketlens.app.ui

import android.os.Build
import android.view.View
import io.pocketlens.app.LaterThanMinSdk

/** Names a part of the screen that TalkBack announces when it appears or changes; from API 28 on. */
@LaterThanMinSdk
internal fun View.accessibilityPaneTitleIfPossible(title: String) {
    if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.P) accessibilityPaneTitle = title
}

/**
 * Decides what TalkBack says about changing answers, without chatter: only an answer that has stood
 * for [steadyMs], never the same twice in a row, and not sooner than [pauseMs] after the last one.
 */
class AnnouncementPolicy(
    private val steadyMs: Long = 900,
    private val pauseMs: Long = 3000,
) {
    private var seen: String? = null
    private var seenAt = 0L
    private var said: String? = null
    private var saidAt: Long? = null

    /** The answer at [nowMs] is [answer] (null: there is none yet). Returns what to say now, or null. */
    fun next(
        answer: String?,
        nowMs: Long,
    ): String? {
        if (answer != seen) {
            seen = answer
            seenAt = nowMs
        }
        val quiet = saidAt.let { it == null || nowMs - it >= pauseMs }
        val due = quiet && nowMs - seenAt >= steadyMs
        if (answer == said || !due) return null
        said = answer ?: return null
        saidAt = nowMs
        return answer
    }
}

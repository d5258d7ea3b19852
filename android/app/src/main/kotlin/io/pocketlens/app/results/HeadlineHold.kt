package io.pocketlens.app.results

/**
 * Keeps the headline steady: another label, or "not sure" (null), takes over only after it has been
 * the headline for [holdMs] without a break. The very first answer shows at once.
 */
class HeadlineHold(
    private val holdMs: Long = 300,
) {
    private var started = false
    private var shown: Headline? = null
    private var candidate: Int? = null
    private var since = 0L

    /** Forgets everything: the next answer shows at once. */
    fun restart() {
        started = false
    }

    /** Takes this frame's headline, read at [atMs]; returns the one to show. */
    fun next(
        headline: Headline?,
        atMs: Long,
    ): Headline? {
        val index = headline?.index
        if (!started || index == shown?.index) {
            shown = headline
            candidate = index
        } else if (index != candidate) {
            candidate = index
            since = atMs
        } else if (atMs - since >= holdMs) {
            shown = headline
        }
        started = true
        return shown
    }

    private val Headline.index get() = sure.label.index
}

package io.pocketlens.app.ui

import android.widget.TextView
import io.pocketlens.app.AppGraph
import io.pocketlens.app.R
import io.pocketlens.app.screen.Answer

/** Lets TalkBack say what is seen, as [AnnouncementPolicy] decides. The view is a polite live region. */
class Announcer(
    private val region: TextView,
    private val texts: Texts,
    private val graph: AppGraph,
) {
    private val policy = AnnouncementPolicy()
    private var answer: String? = null
    private val ask = Runnable { say() }

    /** Null: there is no answer to speak of. */
    fun show(next: Answer?) {
        answer =
            when (next) {
                is Answer.Sure -> texts.of(R.string.announce_sure, next.headline.name)
                is Answer.Unsure -> texts[R.string.announce_unsure]
                else -> null
            }
        say()
    }

    private fun say() {
        region.removeCallbacks(ask)
        policy.next(answer, graph.now())?.let { region.text = it }
        if (answer != null) region.postDelayed(ask, ASK_AGAIN_MS)
    }

    private companion object {
        const val ASK_AGAIN_MS = 1000L
    }
}

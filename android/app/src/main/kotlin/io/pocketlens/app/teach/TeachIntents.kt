package io.pocketlens.app.teach

import android.content.Context
import android.content.Intent
import io.pocketlens.app.answer.Answer

/** What teaching begins with; the picture lies in a file ([TaughtStore.firstShot]). */
class TeachRequest(
    /** Whether the answer that was given is wrong. */
    val wrong: Boolean,
    /** Names that the model gave, the best first. */
    val names: List<String>,
)

/** How teaching is asked for. */
object TeachIntents {
    private const val WRONG = "wrong"
    private const val NAMES = "names"

    /** Teaches what the picture shows of which [answer] was given. */
    fun teach(
        context: Context,
        answer: Answer.Given,
        wrong: Boolean,
    ): Intent =
        Intent(context, TeachActivity::class.java)
            .putExtra(WRONG, wrong)
            .putStringArrayListExtra(NAMES, ArrayList(answer.others.map { it.name }))

    fun request(intent: Intent) =
        TeachRequest(intent.getBooleanExtra(WRONG, false), intent.getStringArrayListExtra(NAMES).orEmpty())
}

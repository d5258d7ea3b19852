package io.pocketlens.app.history

import android.content.ClipData
import android.content.ClipboardManager
import android.graphics.Bitmap
import android.os.Build
import android.widget.Toast
import androidx.activity.ComponentActivity
import androidx.annotation.StringRes
import androidx.compose.runtime.Composable
import androidx.compose.runtime.remember
import androidx.lifecycle.lifecycleScope
import io.pocketlens.app.AppGraph
import io.pocketlens.app.R
import io.pocketlens.app.answer.Answer
import io.pocketlens.app.answer.AnswerActions
import io.pocketlens.app.results.PicturePart
import io.pocketlens.app.teach.TeachIntents
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext

/** Shares, copies and saves the answer that is shown, and teaches another one. */
class AnswerKeeper(
    private val activity: ComponentActivity,
    private val graph: AppGraph,
    private val picture: Bitmap?,
    private val part: PicturePart?,
    private val answer: Answer?,
) : AnswerActions {
    override fun share() =
        given { shown, words ->
            val file = drawn(shown, words) { SharedPicture.write(activity, it) }
            when {
                file == null -> tell(R.string.error_cannot_write)
                !SharedPicture.start(activity, file, words.plain()) -> tell(R.string.no_app)
            }
        }

    override fun copy() =
        given { _, words ->
            activity
                .getSystemService(ClipboardManager::class.java)
                ?.setPrimaryClip(ClipData.newPlainText(activity.getString(R.string.app_name), words.plain()))
            // From Android 13 on the system says so itself.
            if (Build.VERSION.SDK_INT < Build.VERSION_CODES.TIRAMISU) tell(R.string.copied)
        }

    override fun save() =
        given { shown, words ->
            val saved = drawn(shown, words) { graph.history.add(it, words) }
            tell(if (saved) R.string.saved else R.string.error_cannot_write)
        }

    override fun teach(wrong: Boolean) {
        val shown = picture ?: return
        val given = answer as? Answer.Given ?: return
        activity.lifecycleScope.launch {
            withContext(graph.dispatchers.io) { graph.taught.firstShot.save(part?.of(shown) ?: shown) }
            activity.startActivity(TeachIntents.teach(activity, given, wrong))
        }
    }

    private fun given(act: suspend (Bitmap, AnswerWords) -> Unit) {
        val shown = picture ?: return
        val given = answer as? Answer.Given ?: return
        activity.lifecycleScope.launch { act(shown, AnswerWords.of(activity.resources, given)) }
    }

    /** What comes of the picture with its answer below, away from the main thread. */
    private suspend fun <T> drawn(
        shown: Bitmap,
        words: AnswerWords,
        use: suspend (Bitmap) -> T,
    ): T = withContext(graph.dispatchers.io) { use(AnswerPicture(part?.of(shown) ?: shown, words).draw()) }

    private fun tell(
        @StringRes says: Int,
    ) = Toast.makeText(activity, says, Toast.LENGTH_SHORT).show()
}

@Composable
fun ComponentActivity.rememberAnswerKeeper(
    graph: AppGraph,
    picture: Bitmap?,
    part: PicturePart?,
    answer: Answer?,
): AnswerActions = remember(picture, part, answer) { AnswerKeeper(this, graph, picture, part, answer) }

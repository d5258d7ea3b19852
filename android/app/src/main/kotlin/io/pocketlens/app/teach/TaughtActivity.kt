package io.pocketlens.app.teach

import android.os.Bundle
import android.widget.Toast
import androidx.activity.result.contract.ActivityResultContracts
import androidx.compose.runtime.getValue
import androidx.lifecycle.compose.collectAsStateWithLifecycle
import androidx.lifecycle.lifecycleScope
import io.pocketlens.app.PocketlensActivity
import io.pocketlens.app.ui.SharedFile
import io.pocketlens.classifier.ClassifierException
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext

/** What was taught. */
class TaughtActivity :
    PocketlensActivity(),
    TaughtActions {
    private val model by made(::TaughtViewModel)
    private val picker =
        registerForActivityResult(ActivityResultContracts.OpenDocument()) { chosen ->
            chosen?.let { hand(it, TaughtFileActivity::class.java) }
        }

    override fun onCreate(savedInstanceState: Bundle?) {
        super.onCreate(savedInstanceState)
        show {
            val state by model.uiState.collectAsStateWithLifecycle()
            TaughtScreen(state, this)
        }
    }

    override fun close() = finish()

    override fun askToRename(thing: TaughtThing?) = model.askToRename(thing)

    override fun typeName(name: String) = model.typeName(name)

    override fun rename() = model.rename()

    override fun remove(thing: TaughtThing) = model.remove(thing)

    override fun removeShot(
        thing: TaughtThing,
        shot: TaughtShot,
    ) = model.removeShot(thing, shot)

    override fun undo() = model.undo()

    override fun forgetRemoved() = model.forgetRemoved()

    override fun addFile() = attempt { picker.launch(arrayOf("*/*")) }

    override fun shareAll() {
        lifecycleScope.launch {
            try {
                val bytes = graph.taught.bytes()
                val file = withContext(graph.dispatchers.io) { SharedThings.write(this@TaughtActivity, bytes) }
                attempt { startActivity(SharedFile.offer(this@TaughtActivity, file, SharedThings.TYPE)) }
            } catch (error: ClassifierException) {
                Toast.makeText(this@TaughtActivity, error.code.ofTeaching(), Toast.LENGTH_LONG).show()
            }
        }
    }
}

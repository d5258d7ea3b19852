package io.pocketlens.app.history

import android.os.Bundle
import android.widget.Toast
import androidx.compose.runtime.getValue
import androidx.lifecycle.compose.collectAsStateWithLifecycle
import io.pocketlens.app.PocketlensActivity
import io.pocketlens.app.R

/** The answers that were saved. */
class HistoryActivity :
    PocketlensActivity(),
    HistoryActions {
    private val model by made(::HistoryViewModel)

    override fun onCreate(savedInstanceState: Bundle?) {
        super.onCreate(savedInstanceState)
        show {
            val state by model.uiState.collectAsStateWithLifecycle()
            HistoryScreen(state, this)
        }
    }

    override fun close() = finish()

    override fun show(entry: HistoryEntry?) = model.show(entry)

    override fun remove(entry: HistoryEntry) = model.remove(entry)

    override fun undo() = model.undo()

    override fun forgetRemoved() = model.forgetRemoved()

    override fun askToClear(asks: Boolean) = model.askToClear(asks)

    override fun clear() = model.clear()

    override fun share(entry: HistoryEntry) {
        if (!SharedPicture.start(this, entry.picture, entry.text)) {
            Toast.makeText(this, R.string.no_app, Toast.LENGTH_LONG).show()
        }
    }
}

package io.pocketlens.app.photo

import android.content.Intent
import android.net.Uri
import android.os.Bundle
import androidx.compose.runtime.SideEffect
import androidx.compose.runtime.getValue
import androidx.lifecycle.compose.collectAsStateWithLifecycle
import io.pocketlens.app.MainActivity
import io.pocketlens.app.PocketlensActivity
import io.pocketlens.app.answer.rememberVoice
import io.pocketlens.app.history.rememberAnswerKeeper
import io.pocketlens.app.results.PicturePart
import io.pocketlens.app.settings.SettingsActivity

/** One photo that was chosen or shared. */
class PhotoActivity :
    PocketlensActivity(),
    PhotoActions {
    private val model by made(::PhotoViewModel)
    private val picker = PhotoPicker(this) { open(it) }
    private var voice: (String) -> Unit = {}

    override fun onCreate(savedInstanceState: Bundle?) {
        super.onCreate(savedInstanceState)
        if (!model.isOpen) open(PhotoIntents.photos(intent))
        if (!model.isOpen) return finish()
        show {
            val state by model.uiState.collectAsStateWithLifecycle()
            val speaking = rememberVoice(state.speak, graph.speaker)
            SideEffect { voice = speaking }
            val shown = state.page as? PhotoPage.Shown
            PhotoScreen(state, this, rememberAnswerKeeper(graph, shown?.picture, shown?.part, shown?.answer))
        }
    }

    override fun onNewIntent(intent: Intent) {
        super.onNewIntent(intent)
        open(PhotoIntents.photos(intent))
    }

    override fun look(part: PicturePart?) = model.look(part)

    override fun openLabel(index: Int) = model.openLabel(index)

    override fun closeSheet() = model.closeSheet()

    override fun retry() = model.retry()

    override fun useBuiltIn() = model.useBuiltIn()

    override fun chooseModel() = startActivity(Intent(this, SettingsActivity::class.java))

    override fun choosePhoto() = attempt { picker.launch() }

    override fun say(text: String) = voice(text)

    override fun backToCamera() {
        if (isTaskRoot) startActivity(Intent(this, MainActivity::class.java))
        finish()
    }

    private fun open(photos: List<Uri>) {
        if (photos.size > 1) startActivity(PhotoIntents.open(this, photos)) else photos.firstOrNull()?.let(model::open)
    }
}

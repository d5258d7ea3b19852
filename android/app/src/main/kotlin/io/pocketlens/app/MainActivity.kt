package io.pocketlens.app

import android.content.ClipData
import android.content.ClipboardManager
import android.content.Intent
import android.net.Uri
import android.os.Bundle
import androidx.activity.compose.BackHandler
import androidx.compose.runtime.SideEffect
import androidx.compose.runtime.getValue
import androidx.lifecycle.compose.collectAsStateWithLifecycle
import io.pocketlens.app.answer.rememberVoice
import io.pocketlens.app.history.rememberAnswerKeeper
import io.pocketlens.app.live.CameraAsker
import io.pocketlens.app.live.CameraPreview
import io.pocketlens.app.live.LiveActions
import io.pocketlens.app.live.LivePage
import io.pocketlens.app.live.LiveScreen
import io.pocketlens.app.live.LiveViewModel
import io.pocketlens.app.photo.PhotoIntents
import io.pocketlens.app.photo.PhotoPicker
import io.pocketlens.app.results.PicturePart
import io.pocketlens.app.settings.SettingsActivity

/** The camera. */
class MainActivity :
    PocketlensActivity(),
    LiveActions {
    private val model by made(::LiveViewModel)
    private val preview = CameraPreview { texture, shown -> model.surface(texture, shown) }
    private val picker = PhotoPicker(this) { open(it) }
    private var voice: (String) -> Unit = {}
    private val asker = CameraAsker(this) { model.permission }

    override fun onCreate(savedInstanceState: Bundle?) {
        super.onCreate(savedInstanceState)
        if (savedInstanceState == null) take(intent)
        show {
            val state by model.uiState.collectAsStateWithLifecycle()
            val speaking = rememberVoice(state.speak, graph.speaker)
            SideEffect { voice = speaking }
            val page = state.page as? LivePage.Viewfinder
            BackHandler(page?.held != null, model::resume)
            val keeper = rememberAnswerKeeper(graph, page?.held?.picture, page?.held?.part, page?.answer)
            LiveScreen(state, this, keeper) { preview.Show(page?.camera, it) }
        }
    }

    override fun onStart() {
        super.onStart()
        asker.look()
        model.start()
    }

    override fun onResume() {
        super.onResume()
        model.permission.resumed()
    }

    override fun onStop() {
        model.stop(turning = isChangingConfigurations)
        super.onStop()
    }

    override fun onNewIntent(intent: Intent) {
        super.onNewIntent(intent)
        take(intent)
    }

    override fun askPermission() = asker.ask()

    override fun openSystemSettings() = openAppSettings()

    override fun openSettings() = startActivity(Intent(this, SettingsActivity::class.java))

    override fun chooseModel() = openSettings()

    override fun choosePhoto() = attempt { picker.launch() }

    override fun retry() {
        asker.look()
        model.retry()
    }

    override fun useBuiltIn() = model.useBuiltIn()

    override fun backToCamera() = model.resume()

    override fun openPerformance() = model.openPerformance()

    override fun openLabel(index: Int) = model.openLabel(index)

    override fun closeSheet() = model.closeSheet()

    override fun setTorch(on: Boolean) = model.setTorch(on)

    override fun switchCamera() = model.switchCamera()

    override fun hold() = model.hold(preview.grab())

    override fun resume() = model.resume()

    override fun look(part: PicturePart?) = model.look(part)

    override fun zoom(factor: Float) = model.zoom(factor)

    override fun focusAt(
        x: Float,
        y: Float,
    ) = model.focusAt(x, y)

    override fun say(text: String) = voice(text)

    override fun copy(text: String) {
        val clip = ClipData.newPlainText(getString(R.string.performance), text)
        getSystemService(ClipboardManager::class.java)?.setPrimaryClip(clip)
    }

    /** A launcher's shortcut may ask for a photo at once. */
    private fun take(intent: Intent) {
        if (intent.action == CHOOSE_PHOTO) choosePhoto()
    }

    private fun open(photos: List<Uri>) = startActivity(PhotoIntents.open(this, photos))

    private companion object {
        const val CHOOSE_PHOTO = "io.pocketlens.app.CHOOSE_PHOTO"
    }
}

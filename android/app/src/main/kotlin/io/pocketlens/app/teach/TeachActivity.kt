package io.pocketlens.app.teach

import android.content.Intent
import android.net.Uri
import android.os.Bundle
import androidx.activity.compose.BackHandler
import androidx.compose.runtime.getValue
import androidx.lifecycle.compose.collectAsStateWithLifecycle
import io.pocketlens.app.PocketlensActivity
import io.pocketlens.app.live.CameraAsker
import io.pocketlens.app.live.CameraPreview
import io.pocketlens.app.photo.PhotoPicker

/** Teaches what the first picture shows. */
class TeachActivity :
    PocketlensActivity(),
    TeachActions {
    private val model by made(::TeachViewModel)
    private val preview = CameraPreview { texture, shown -> model.camera.surface(texture, shown) }
    private val picker = PhotoPicker(this) { photos: List<Uri> -> model.add(photos) }
    private val asker = CameraAsker(this) { model.camera.permission }

    override fun onCreate(savedInstanceState: Bundle?) {
        super.onCreate(savedInstanceState)
        model.begin(TeachIntents.request(intent))
        show {
            val state by model.uiState.collectAsStateWithLifecycle()
            BackHandler(state is TeachUiState.Shooting, model::finish)
            TeachScreen(state, this) { camera, modifier -> preview.Show(camera, modifier) }
        }
    }

    override fun onStart() {
        super.onStart()
        asker.look()
        model.camera.start()
    }

    override fun onResume() {
        super.onResume()
        model.camera.permission.resumed()
    }

    override fun onStop() {
        model.camera.stop()
        super.onStop()
    }

    override fun close() = finish()

    override fun type(text: String) = model.type(text)

    override fun name(name: String) = model.name(name)

    override fun take() = model.take(preview.grab())

    override fun choosePhotos() = attempt { picker.launch() }

    override fun askPermission() = asker.ask()

    override fun openSystemSettings() = openAppSettings()

    override fun retryCamera() {
        asker.look()
        model.camera.retry()
    }

    override fun takeBack() = model.takeBack()

    override fun finishTeaching() = model.finish()

    override fun goOn() = model.goOn()

    override fun forgetAll() = model.forgetAll()

    override fun openTaught() = startActivity(Intent(this, TaughtActivity::class.java))
}

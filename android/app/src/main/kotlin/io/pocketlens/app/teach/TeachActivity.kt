package io.pocketlens.app.teach

import android.Manifest
import android.content.Intent
import android.content.pm.PackageManager
import android.net.Uri
import android.os.Bundle
import androidx.activity.compose.BackHandler
import androidx.activity.result.contract.ActivityResultContracts
import androidx.compose.runtime.getValue
import androidx.lifecycle.compose.collectAsStateWithLifecycle
import io.pocketlens.app.PocketlensActivity
import io.pocketlens.app.live.CameraPreview
import io.pocketlens.app.photo.PhotoPicker

/** Teaches what the first picture shows. */
class TeachActivity :
    PocketlensActivity(),
    TeachActions {
    private val model by made(::TeachViewModel)
    private val preview = CameraPreview { texture, shown -> model.surface(texture, shown) }
    private val picker = PhotoPicker(this) { photos: List<Uri> -> model.add(photos) }
    private val permission =
        registerForActivityResult(ActivityResultContracts.RequestPermission()) { model.look(granted()) }

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
        model.look(granted())
    }

    override fun onStop() {
        model.stop()
        super.onStop()
    }

    override fun close() = finish()

    override fun type(text: String) = model.type(text)

    override fun name(name: String) = model.name(name)

    override fun take() = model.take(preview.grab())

    override fun choosePhotos() = attempt { picker.launch() }

    override fun allowCamera() = permission.launch(Manifest.permission.CAMERA)

    override fun retryCamera() = model.retryCamera()

    override fun takeBack() = model.takeBack()

    override fun finishTeaching() = model.finish()

    override fun goOn() = model.goOn()

    override fun forgetAll() = model.forgetAll()

    override fun openTaught() = startActivity(Intent(this, TaughtActivity::class.java))

    private fun granted() = checkSelfPermission(Manifest.permission.CAMERA) == PackageManager.PERMISSION_GRANTED
}

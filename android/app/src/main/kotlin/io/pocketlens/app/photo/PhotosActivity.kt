package io.pocketlens.app.photo

import android.content.Intent
import android.net.Uri
import android.os.Bundle
import android.widget.Toast
import androidx.activity.result.contract.ActivityResultContracts
import androidx.compose.runtime.getValue
import androidx.lifecycle.compose.collectAsStateWithLifecycle
import androidx.lifecycle.lifecycleScope
import io.pocketlens.app.PocketlensActivity
import io.pocketlens.app.R
import io.pocketlens.app.settings.SettingsActivity
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import java.io.IOException

/** Several photos that were chosen or shared. */
class PhotosActivity :
    PocketlensActivity(),
    PhotosActions {
    private val model by made(::PhotosViewModel)
    private val target =
        registerForActivityResult(ActivityResultContracts.CreateDocument("text/csv")) { uri -> uri?.let(::write) }
    private val picker = PhotoPicker(this) { model.open(it) }

    override fun onCreate(savedInstanceState: Bundle?) {
        super.onCreate(savedInstanceState)
        if (!model.isOpen) model.open(PhotoIntents.photos(intent))
        show {
            val state by model.uiState.collectAsStateWithLifecycle()
            PhotosScreen(state, this)
        }
    }

    override fun onNewIntent(intent: Intent) {
        super.onNewIntent(intent)
        model.open(PhotoIntents.photos(intent))
    }

    override fun open(photo: Uri) = startActivity(PhotoIntents.open(this, listOf(photo)))

    override fun export() = attempt { target.launch("pocketlens.csv") }

    override fun close() = finish()

    override fun retry() = model.retry()

    override fun useBuiltIn() = model.useBuiltIn()

    override fun chooseModel() = startActivity(Intent(this, SettingsActivity::class.java))

    override fun choosePhoto() = attempt { picker.launch() }

    override fun backToCamera() = finish()

    private fun write(uri: Uri) {
        val text = PhotosCsv.of(model.uiState.value.entries)
        lifecycleScope.launch {
            val written =
                withContext(graph.dispatchers.io) {
                    try {
                        contentResolver.openOutputStream(uri, "wt")?.use { it.write(text.encodeToByteArray()) } != null
                    } catch (_: IOException) {
                        false
                    }
                }
            val says = if (written) R.string.exported else R.string.error_cannot_write
            Toast.makeText(this@PhotosActivity, says, Toast.LENGTH_LONG).show()
        }
    }
}

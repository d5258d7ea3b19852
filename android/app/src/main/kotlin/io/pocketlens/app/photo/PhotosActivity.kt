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
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext

/** Several photos that were chosen or shared. */
class PhotosActivity :
    PocketlensActivity(),
    PhotosActions {
    private val model by made(::PhotosViewModel)
    private val target =
        registerForActivityResult(ActivityResultContracts.CreateDocument("text/csv")) { uri -> uri?.let(::write) }
    private val picker = PhotoPicker(this) { open(it) }

    override fun onCreate(savedInstanceState: Bundle?) {
        super.onCreate(savedInstanceState)
        if (!model.isOpen) open(PhotoIntents.photos(intent))
        if (!model.isOpen) return finish()
        show {
            val state by model.uiState.collectAsStateWithLifecycle()
            PhotosScreen(state, this)
        }
    }

    override fun onNewIntent(intent: Intent) {
        super.onNewIntent(intent)
        open(PhotoIntents.photos(intent))
    }

    override fun open(photo: Uri) = startActivity(PhotoIntents.open(this, listOf(photo)))

    override fun export() = attempt { target.launch("pocketlens.csv") }

    override fun close() = finish()

    override fun retry() = model.retry()

    override fun useBuiltIn() = model.useBuiltIn()

    override fun chooseModel() = startActivity(Intent(this, SettingsActivity::class.java))

    override fun choosePhoto() = attempt { picker.launch() }

    override fun backToCamera() = finish()

    private fun open(photos: List<Uri>) {
        if (photos.isNotEmpty()) model.open(photos)
    }

    /** After the end of the process meanwhile the photos are read anew first. */
    private fun write(target: Uri) {
        lifecycleScope.launch {
            val text = PhotosCsv.of(model.uiState.first { it.isDone }.entries)
            val written = withContext(graph.dispatchers.io) { CsvFile(contentResolver, target).write(text) }
            val says = if (written) R.string.exported else R.string.error_cannot_write
            Toast.makeText(this@PhotosActivity, says, Toast.LENGTH_LONG).show()
        }
    }
}

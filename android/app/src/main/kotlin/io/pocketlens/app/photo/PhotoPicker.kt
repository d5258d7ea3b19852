package io.pocketlens.app.photo

import android.content.Intent
import android.net.Uri
import androidx.activity.ComponentActivity
import androidx.activity.result.PickVisualMediaRequest
import androidx.activity.result.contract.ActivityResultContracts

/** The system's picker for photos, which needs no permission. */
class PhotoPicker(
    private val activity: ComponentActivity,
    private val onPhotos: (List<Uri>) -> Unit,
) {
    private val launcher =
        activity.registerForActivityResult(ActivityResultContracts.PickMultipleVisualMedia(MOST)) { photos ->
            photos.forEach(::keepAccess)
            if (photos.isNotEmpty()) onPhotos(photos)
        }

    fun launch() = launcher.launch(PickVisualMediaRequest(ActivityResultContracts.PickVisualMedia.ImageOnly))

    /** So that the photo can be opened again after the system has ended the process. */
    private fun keepAccess(photo: Uri) {
        try {
            activity.contentResolver.takePersistableUriPermission(photo, Intent.FLAG_GRANT_READ_URI_PERMISSION)
        } catch (_: SecurityException) {
            // Not every provider grants more than access for now.
        }
    }

    private companion object {
        const val MOST = 100
    }
}

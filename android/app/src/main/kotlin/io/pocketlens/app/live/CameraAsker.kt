package io.pocketlens.app.live

import android.Manifest
import android.content.pm.PackageManager
import androidx.activity.ComponentActivity
import androidx.activity.result.contract.ActivityResultContracts

/** Asks the system for the camera in an activity's name, and tells [permission] how things stand. */
class CameraAsker(
    private val activity: ComponentActivity,
    private val permission: () -> CameraPermission,
) {
    private val launcher =
        activity.registerForActivityResult(ActivityResultContracts.RequestPermission()) {
            permission().answered(granted(), rationale())
        }

    fun look() = permission().look(granted(), rationale())

    fun ask() = permission().ask { launcher.launch(Manifest.permission.CAMERA) }

    private fun granted() =
        activity.checkSelfPermission(Manifest.permission.CAMERA) == PackageManager.PERMISSION_GRANTED

    private fun rationale() = activity.shouldShowRequestPermissionRationale(Manifest.permission.CAMERA)
}

/** What the user can do where the camera may not be used. */
interface PermissionActions {
    fun askPermission()

    fun openSystemSettings()
}

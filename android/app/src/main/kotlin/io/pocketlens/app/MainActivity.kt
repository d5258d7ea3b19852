package io.pocketlens.app

import android.app.Activity
import android.app.Dialog
import android.content.Intent
import android.net.Uri
import android.os.Bundle
import android.provider.Settings
import io.pocketlens.app.camera.Surroundings
import io.pocketlens.app.permission.CameraPermission
import io.pocketlens.app.photo.PhotoIntents
import io.pocketlens.app.screen.OpenSheet
import io.pocketlens.app.screen.ScreenModel
import io.pocketlens.app.screen.ScreenState
import io.pocketlens.app.ui.BackGate
import io.pocketlens.app.ui.LabelSheet
import io.pocketlens.app.ui.LensActions
import io.pocketlens.app.ui.MainViews
import io.pocketlens.app.ui.PerformanceSheet
import io.pocketlens.app.ui.ViewfinderView
import io.pocketlens.app.ui.goEdgeToEdge

/** The camera, and photos that are chosen or shared. */
class MainActivity :
    Activity(),
    LensActions,
    ViewfinderView.Listener {
    private val model by lazy { lastNonConfigurationInstance as? ScreenModel ?: ScreenModel(graph) }
    private val permission by lazy { CameraPermission(this, graph) { model.permission(it) } }
    private val views by lazy { MainViews(this, this, graph) }
    private val back by lazy { BackGate(this) { backToCamera() } }
    private var sheet: Dialog? = null

    override fun onCreate(savedInstanceState: Bundle?) {
        super.onCreate(savedInstanceState)
        window.goEdgeToEdge()
        setContentView(R.layout.main)
        views.viewfinder.listener = this
        model.render = { show(it) }
        if (savedInstanceState == null) PhotoIntents.shared(intent)?.let { model.openPhoto(it) }
        open(model.sheet)
    }

    override fun onStart() {
        super.onStart()
        model.start(permission.need())
    }

    override fun onStop() {
        model.stop(turning = isChangingConfigurations)
        super.onStop()
    }

    override fun onDestroy() {
        model.render = null
        sheet?.setOnCancelListener(null)
        sheet?.dismiss()
        back.close(taken = false)
        if (!isChangingConfigurations) model.close()
        super.onDestroy()
    }

    public override fun onNewIntent(intent: Intent) {
        super.onNewIntent(intent)
        PhotoIntents.shared(intent)?.let { model.openPhoto(it) }
    }

    @Suppress("OVERRIDE_DEPRECATION") // There is no other way to keep an object in a plain Activity.
    override fun onRetainNonConfigurationInstance(): Any = model

    override fun onActivityResult(
        requestCode: Int,
        resultCode: Int,
        data: Intent?,
    ) {
        val photo = data?.data
        if (requestCode == PICK_PHOTO && resultCode == RESULT_OK && photo != null) model.openPhoto(photo)
    }

    override fun onRequestPermissionsResult(
        requestCode: Int,
        permissions: Array<out String>,
        grantResults: IntArray,
    ) = permission.answered()

    @Suppress("OVERRIDE_DEPRECATION") // Called before API 33 only; from there on BackGate is asked.
    override fun onBackPressed() {
        if (!back.take()) finish()
    }

    override fun askPermission() = permission.ask()

    override fun openSystemSettings() =
        startActivity(Intent(Settings.ACTION_APPLICATION_DETAILS_SETTINGS, Uri.fromParts("package", packageName, null)))

    override fun pickPhoto() = startActivityForResult(PhotoIntents.pick(), PICK_PHOTO)

    override fun openSettings() = startActivity(Intent(this, SettingsActivity::class.java))

    override fun retry() {
        model.permission(permission.need())
        model.retry()
    }

    override fun useBuiltIn() = model.useBuiltIn()

    override fun backToCamera() = model.resume()

    override fun openPerformance() = open(OpenSheet.Performance)

    override fun openLabel(index: Int) {
        model.detail(index)?.let { open(OpenSheet.Label(it)) }
    }

    override fun onSurroundings(around: Surroundings?) = model.surface(around)

    override fun onFocus(
        x: Float,
        y: Float,
    ) = model.focusAt(x, y)

    override fun setTorch(on: Boolean) = model.setTorch(on)

    override fun switchCamera() = model.switchCamera()

    override fun holdOrGoOn() {
        val now = model.state
        if (now is ScreenState.Viewfinder && !now.frozen) model.freeze(views.viewfinder.grab()) else model.resume()
    }

    /** Shows [state]; called by the model. */
    internal fun show(state: ScreenState) {
        views.show(state)
        back.close(taken = state is ScreenState.Photo || (state is ScreenState.Viewfinder && state.frozen))
    }

    private fun open(next: OpenSheet?) {
        model.sheet = next
        sheet?.dismiss()
        sheet =
            when (next) {
                is OpenSheet.Label -> LabelSheet(this, next.detail)
                is OpenSheet.Performance -> PerformanceSheet(this, model)
                null -> null
            }
        sheet?.setOnCancelListener { model.sheet = null }
        sheet?.show()
    }

    private companion object {
        const val PICK_PHOTO = 1
    }
}

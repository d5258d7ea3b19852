package io.pocketlens.app

import android.app.Activity
import android.app.AlertDialog
import android.content.Intent
import android.os.Bundle
import io.pocketlens.app.models.PackageIntents
import io.pocketlens.app.settings.Settings
import io.pocketlens.app.settings.SettingsModel
import io.pocketlens.app.ui.SettingsActions
import io.pocketlens.app.ui.SettingsViews
import io.pocketlens.app.ui.goEdgeToEdge
import io.pocketlens.classifier.StoredPackage

/** What the user may choose. */
class SettingsActivity :
    Activity(),
    SettingsActions {
    private val model by lazy { lastNonConfigurationInstance as? SettingsModel ?: SettingsModel(graph) }
    private var question: AlertDialog? = null

    override fun onCreate(savedInstanceState: Bundle?) {
        super.onCreate(savedInstanceState)
        window.goEdgeToEdge()
        setContentView(R.layout.settings)
        val views = SettingsViews(this, this)
        model.render = { views.show(it) }
    }

    override fun onStart() {
        super.onStart()
        model.refresh()
    }

    override fun onDestroy() {
        model.render = null
        question?.dismiss()
        super.onDestroy()
    }

    override fun onRetainNonConfigurationInstance(): Any = model

    override fun onActivityResult(
        requestCode: Int,
        resultCode: Int,
        data: Intent?,
    ) {
        val chosen = data?.data
        if (requestCode == PICK_PACKAGE && resultCode == RESULT_OK && chosen != null) {
            startActivity(PackageIntents.import(this, chosen))
        }
    }

    override fun leave() = finish()

    override fun addModel() = startActivityForResult(PackageIntents.pick(), PICK_PACKAGE)

    override fun choose(settings: Settings) = model.choose(settings)

    override fun removeModel(stored: StoredPackage) {
        question =
            AlertDialog
                .Builder(this)
                .setTitle(getString(R.string.model_remove_title, stored.title.ifEmpty { stored.name }))
                .setMessage(R.string.model_remove_text)
                .setPositiveButton(R.string.remove) { _, _ -> model.remove(stored.name) }
                .setNegativeButton(R.string.cancel, null)
                .show()
    }

    private companion object {
        const val PICK_PACKAGE = 1
    }
}

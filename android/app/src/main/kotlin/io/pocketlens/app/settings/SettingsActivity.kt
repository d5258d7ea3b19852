package io.pocketlens.app.settings

import android.content.Intent
import android.os.Bundle
import androidx.activity.result.contract.ActivityResultContracts
import androidx.compose.runtime.getValue
import androidx.lifecycle.compose.collectAsStateWithLifecycle
import io.pocketlens.app.PocketlensActivity
import io.pocketlens.app.history.HistoryActivity
import io.pocketlens.app.importing.ImportActivity
import io.pocketlens.app.teach.TaughtActivity
import io.pocketlens.classifier.StoredPackage

/** What the user may choose. */
class SettingsActivity :
    PocketlensActivity(),
    SettingsActions {
    private val model by made(::SettingsViewModel)
    private val picker =
        registerForActivityResult(ActivityResultContracts.OpenDocument()) { chosen ->
            chosen?.let { hand(it, ImportActivity::class.java) }
        }

    override fun onCreate(savedInstanceState: Bundle?) {
        super.onCreate(savedInstanceState)
        val version = packageManager.getPackageInfo(packageName, 0).versionName.orEmpty()
        show {
            val state by model.uiState.collectAsStateWithLifecycle()
            SettingsScreen(state, AppFacts(version, AppLanguage.chosen(this)), this)
        }
    }

    override fun onStart() {
        super.onStart()
        model.refresh()
    }

    override fun close() = finish()

    override fun addModel() = attempt { picker.launch(PACKAGE_TYPES) }

    override fun choose(change: (UserSettings) -> UserSettings) = model.choose(change)

    override fun chooseLanguage(tag: String?) = AppLanguage.choose(this, tag)

    override fun askToRemove(stored: StoredPackage?) = model.askToRemove(stored)

    override fun remove() = model.remove()

    override fun openHistory() = startActivity(Intent(this, HistoryActivity::class.java))

    override fun openTaught() = startActivity(Intent(this, TaughtActivity::class.java))

    companion object {
        /** Apps that do not know zip files call them all sorts of things. */
        val PACKAGE_TYPES = arrayOf("application/zip", "application/x-zip-compressed", "application/octet-stream")
    }
}

package io.pocketlens.app.importing

import android.content.Intent
import android.os.Bundle
import androidx.compose.runtime.getValue
import androidx.lifecycle.compose.collectAsStateWithLifecycle
import androidx.lifecycle.lifecycleScope
import io.pocketlens.app.MainActivity
import io.pocketlens.app.PocketlensActivity
import io.pocketlens.app.photo.PhotoIntents
import kotlinx.coroutines.launch

/** Takes in a model package that was opened or shared. */
class ImportActivity :
    PocketlensActivity(),
    ImportActions {
    private val model by made { graph, _ -> ImportViewModel(graph) }
    private var using = false

    override fun onCreate(savedInstanceState: Bundle?) {
        super.onCreate(savedInstanceState)
        model.begin(PhotoIntents.file(intent) ?: return finish())
        lifecycleScope.launch { model.uiState.collect { if (it is ImportUiState.Done) leave() } }
        show {
            val state by model.uiState.collectAsStateWithLifecycle()
            ImportScreen(state, this)
        }
    }

    override fun install() = model.install()

    override fun refuse() = model.refuse()

    override fun use() {
        using = true
        model.use()
    }

    private fun leave() {
        val camera = Intent(this, MainActivity::class.java)
        if (using) startActivity(camera.addFlags(Intent.FLAG_ACTIVITY_CLEAR_TOP or Intent.FLAG_ACTIVITY_SINGLE_TOP))
        finish()
    }
}

package io.pocketlens.app

import android.app.Activity
import android.content.Intent
import android.net.Uri
import android.os.Bundle
import io.pocketlens.app.models.ImportModel
import io.pocketlens.app.models.ImportState
import io.pocketlens.app.photo.PhotoIntents
import io.pocketlens.app.ui.Page
import io.pocketlens.app.ui.PageContent
import io.pocketlens.app.ui.Texts
import io.pocketlens.app.ui.WayTaker
import io.pocketlens.app.ui.goEdgeToEdge
import io.pocketlens.app.ui.padForBars

/** Takes in a model package that was opened or shared, and says how that went. */
class ImportActivity :
    Activity(),
    WayTaker {
    private val texts by lazy { Texts(resources) }
    private val page by lazy { Page(requireViewById(R.id.page), this) }
    private var model: ImportModel? = null

    override fun onCreate(savedInstanceState: Bundle?) {
        super.onCreate(savedInstanceState)
        window.goEdgeToEdge()
        setContentView(R.layout.page)
        requireViewById<android.view.View>(R.id.page).padForBars()
        val import = lastNonConfigurationInstance as? ImportModel ?: begun() ?: return finish()
        import.render = { page.show(content(it)) }
        model = import
    }

    override fun onDestroy() {
        model?.render = null
        super.onDestroy()
    }

    override fun onRetainNonConfigurationInstance(): Any? = model

    private fun begun(): ImportModel? = packageOf(intent)?.let { ImportModel(graph, it).apply { start() } }

    private fun packageOf(intent: Intent): Uri? =
        if (intent.action == Intent.ACTION_SEND) PhotoIntents.stream(intent) else intent.data

    override fun take(way: Int) {
        if (way == R.string.import_use) model?.use { openCamera() } else finish()
    }

    private fun content(state: ImportState): PageContent =
        when (state) {
            is ImportState.Checking ->
                PageContent(
                    R.drawable.ic_box,
                    texts[R.string.import_checking_title],
                    texts[R.string.import_checking_text],
                    busy = true,
                )
            is ImportState.Installed ->
                PageContent(
                    R.drawable.ic_check,
                    texts[R.string.import_done_title],
                    texts.of(R.string.import_done_text, state.model.title.ifEmpty { state.model.name }),
                    intArrayOf(R.string.import_use, R.string.import_later),
                )
            is ImportState.Refused ->
                PageContent(
                    R.drawable.ic_box,
                    texts[R.string.import_refused_title],
                    "${texts.error(state.error.code)} ${texts[R.string.import_refused_text]}",
                    intArrayOf(R.string.close),
                    isError = true,
                    code = state.error.code,
                    message = state.error.message.orEmpty(),
                )
        }

    private fun openCamera() {
        startActivity(
            Intent(this, MainActivity::class.java).addFlags(
                Intent.FLAG_ACTIVITY_CLEAR_TOP or Intent.FLAG_ACTIVITY_SINGLE_TOP,
            ),
        )
        finish()
    }
}

package io.pocketlens.app.models

import android.net.Uri
import io.pocketlens.app.AppGraph
import io.pocketlens.classifier.ClassifierException
import io.pocketlens.classifier.StoredPackage

/** How far an import has come. */
sealed interface ImportState {
    data object Checking : ImportState

    class Installed(
        val model: StoredPackage,
    ) : ImportState

    class Refused(
        val error: ClassifierException,
    ) : ImportState
}

/** One import, without its views. All calls come from the main thread. */
class ImportModel(
    private val graph: AppGraph,
    private val uri: Uri,
) {
    private var state: ImportState = ImportState.Checking

    /** Shows the state, at once and on every change; null while there are no views. */
    var render: ((ImportState) -> Unit)? = null
        set(value) {
            field = value
            value?.invoke(state)
        }

    /** Checks and installs the package, whole or not at all. */
    fun start() {
        graph.workers.io.execute {
            val result =
                try {
                    ImportState.Installed(graph.models.import(uri))
                } catch (error: ClassifierException) {
                    ImportState.Refused(error)
                }
            graph.workers.main.execute {
                state = result
                render?.invoke(result)
            }
        }
    }

    /** Chooses the model that was installed; [done] follows when that is remembered. */
    fun use(done: () -> Unit) {
        val model = (state as? ImportState.Installed)?.model ?: return
        graph.workers.io.execute {
            graph.settings.write(graph.settings.read().copy(model = model.name))
            graph.workers.main.execute(done)
        }
    }
}

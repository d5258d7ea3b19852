package io.pocketlens.app.settings

import io.pocketlens.app.AppGraph
import io.pocketlens.classifier.ClassifierException
import io.pocketlens.classifier.StoredPackage

/** What the settings screen shows. */
sealed interface SettingsState {
    object Loading : SettingsState

    class Shown(
        val settings: Settings,
        /** Null while they are looked for. */
        val models: List<StoredPackage>?,
    ) : SettingsState
}

/** The settings screen without its views. All calls come from the main thread. */
class SettingsModel(
    private val graph: AppGraph,
) {
    private var state: SettingsState = SettingsState.Loading

    /** Shows the state, at once and on every change; null while there are no views. */
    var render: ((SettingsState) -> Unit)? = null
        set(value) {
            field = value
            value?.invoke(state)
        }

    /** Reads settings, then models, which takes longer: each is checked whole. */
    fun refresh() {
        graph.workers.io.execute {
            val settings = graph.settings.read()
            graph.workers.main.execute { set(SettingsState.Shown(settings, (state as? SettingsState.Shown)?.models)) }
            val models = graph.models.list()
            graph.workers.main.execute {
                (state as? SettingsState.Shown)?.let { set(SettingsState.Shown(it.settings, models)) }
            }
        }
    }

    /** Remembers a choice. */
    fun choose(next: Settings) {
        val shown = state as? SettingsState.Shown ?: return
        graph.workers.io.execute { graph.settings.write(next) }
        set(SettingsState.Shown(next, shown.models))
    }

    /** Deletes an imported model; when it is the chosen one, the built-in one is chosen. */
    fun remove(name: String) {
        val now = (state as? SettingsState.Shown)?.settings
        if (now?.model == name) choose(now.copy(model = null))
        graph.workers.io.execute {
            try {
                graph.models.remove(name)
            } catch (ignored: ClassifierException) {
                // It stays in the list then, which says enough.
            }
        }
        refresh()
    }

    private fun set(next: SettingsState) {
        state = next
        render?.invoke(next)
    }
}

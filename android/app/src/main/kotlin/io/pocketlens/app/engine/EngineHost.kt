package io.pocketlens.app.engine

import io.pocketlens.app.AppGraph
import io.pocketlens.app.results.LabelPaths
import io.pocketlens.app.settings.Settings
import io.pocketlens.classifier.ClassifierException
import java.io.Closeable
import java.util.Locale

/** An open model with what the screen needs to show its answers. */
class Loaded(
    val engine: Engine,
    val settings: Settings,
    /** Of [names]. */
    val language: String,
    /** In output order. */
    val names: List<String>,
) {
    val model: ModelFacts get() = engine.model
    val paths = LabelPaths(model.labels)
}

/** Whether there is a model to ask. */
sealed interface ModelStatus {
    object Loading : ModelStatus

    class Ready(
        val loaded: Loaded,
    ) : ModelStatus

    class Failed(
        val error: ClassifierException,
        val imported: Boolean,
    ) : ModelStatus
}

/**
 * Owns the one open model. Opening, using and closing all happen on the engine thread, in order, so
 * nothing is ever closed under a running call. Calls come from the main thread, and so does
 * what [listener] hears.
 */
class EngineHost(
    private val graph: AppGraph,
    private val listener: Listener,
) : Closeable {
    /** Hears of the model, on the main thread. */
    fun interface Listener {
        fun onModel(next: ModelStatus)
    }

    @Volatile private var generation = 0

    @Volatile private var distrusted = false

    /** Touched on the engine thread only. */
    private var open: Loaded? = null

    /** What the engine thread works with; for that thread only. */
    val current: Loaded? get() = open

    /** Reads the settings and opens what they ask for, unless it is open already. */
    fun refresh() {
        val mine = ++generation
        graph.workers.engine.execute {
            if (mine != generation) return@execute
            val status = status(graph.settings.read())
            graph.workers.main.execute { if (mine == generation) listener.onModel(status) }
        }
    }

    /** Opens the model anew, after a failure. */
    fun reload() {
        distrust()
        refresh()
        listener.onModel(ModelStatus.Loading)
    }

    /** The open model has failed: the next [refresh] opens it anew. */
    fun distrust() {
        distrusted = true
    }

    /** Gives up the imported model for good and opens the one that came with the app. */
    fun useBuiltIn() {
        graph.workers.engine.execute { graph.settings.write(graph.settings.read().copy(model = null)) }
        reload()
    }

    /** Closes the model once running calls are done. Nothing is told any more. */
    override fun close() {
        generation++
        graph.workers.engine.execute { release() }
    }

    private fun status(settings: Settings): ModelStatus =
        try {
            ModelStatus.Ready(loaded(settings).also { open = it })
        } catch (error: ClassifierException) {
            release()
            ModelStatus.Failed(error, imported = settings.model != null)
        }

    private fun loaded(settings: Settings): Loaded {
        val now = open
        val same = now != null && now.settings.model == settings.model && now.settings.classifier == settings.classifier
        if (now == null || !same || distrusted) return reopened(settings)
        val language = settings.labelLanguage(Locale.getDefault().language, now.model.languages)
        return if (now.settings == settings && now.language == language) now else named(now.engine, settings)
    }

    private fun reopened(settings: Settings): Loaded {
        release()
        distrusted = false
        val engine = graph.opener.open(settings.model?.let { graph.models.file(it) }, settings.classifier)
        try {
            return named(engine, settings)
        } catch (error: ClassifierException) {
            engine.close()
            throw error
        }
    }

    private fun named(
        engine: Engine,
        settings: Settings,
    ): Loaded {
        val language = settings.labelLanguage(Locale.getDefault().language, engine.model.languages)
        val english = language == Settings.ENGLISH
        val names = if (english) engine.model.labels.map { it.name } else engine.names(language)
        return Loaded(engine, settings, language, names)
    }

    private fun release() {
        open?.engine?.close()
        open = null
    }
}

package io.pocketlens.app.model

import io.pocketlens.app.settings.SettingsStore
import io.pocketlens.app.settings.UserSettings
import io.pocketlens.classifier.Classifier
import io.pocketlens.classifier.ClassifierException
import io.pocketlens.classifier.ClassifierSettings
import io.pocketlens.classifier.ErrorCode
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.flow.FlowCollector
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.SharingStarted
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.combine
import kotlinx.coroutines.flow.distinctUntilChanged
import kotlinx.coroutines.flow.flowOn
import kotlinx.coroutines.flow.stateIn
import kotlinx.coroutines.flow.transformLatest
import kotlinx.coroutines.flow.update
import java.io.File

/**
 * The model that the settings ask for, open while somebody listens to [state]. It is opened, used and
 * closed on the [engine], one thread, in order: nothing is ever closed under a running call.
 */
@OptIn(ExperimentalCoroutinesApi::class)
class Models(
    private val settings: SettingsStore,
    private val packages: ModelPackages,
    private val opener: ModelOpener,
    private val engine: CoroutineDispatcher,
    scope: CoroutineScope,
    private val phoneLanguage: () -> String,
) {
    /** What the model must be opened anew for. [contents] is the hash of an imported package's file. */
    private data class Wanted(
        val name: String?,
        val contents: String?,
        val run: ClassifierSettings,
        val attempt: Int,
    )

    private val attempts = MutableStateFlow(0)
    private val looks = MutableStateFlow(0)
    private val broken = MutableStateFlow<Pair<LoadedModel, ClassifierException>?>(null)

    private val wanted =
        combine(settings.settings, attempts, looks) { chosen, attempt, _ ->
            Wanted(chosen.model, chosen.model?.let(packages::fingerprint), chosen.classifier, attempt)
        }.distinctUntilChanged()

    private val opened =
        wanted
            .transformLatest { want ->
                emit(ModelState.Loading)
                try {
                    opener.open(want.name?.let(::archive), want.run).use { emitNamed(want, it) }
                } catch (error: ClassifierException) {
                    emit(ModelState.Failed(error, want.name != null))
                }
            }.flowOn(engine)

    val state: StateFlow<ModelState> =
        combine(opened, broken) { now, failure ->
            val model = (now as? ModelState.Ready)?.model
            val failed = failure?.takeIf { it.first === model }
            if (failed == null) now else ModelState.Failed(failed.second, failed.first.imported)
        }.stateIn(
            scope,
            SharingStarted.WhileSubscribed(stopTimeoutMillis = KEEP_MS, replayExpirationMillis = 0),
            ModelState.Loading,
        )

    /** The package files or the phone's language may have changed. */
    fun look() = looks.update { it + 1 }

    /** Opens the model anew, after a failure. */
    fun reload() = attempts.update { it + 1 }

    /** [model] could not read a picture. */
    fun failed(
        model: LoadedModel,
        error: ClassifierException,
    ) {
        // A model that was closed has been replaced: the next one reads the picture.
        if (error.code != ErrorCode.CLOSED) broken.value = model to error
    }

    /** Gives up the imported model for good and opens the one that came with the app. */
    suspend fun useBuiltIn() = settings.update { it.copy(model = null) }

    private fun archive(name: String): File =
        packages.file(name) ?: throw ClassifierException(
            ErrorCode.MISSING_FILE,
            "The imported package \"$name\" is no longer there. Import it again or choose another one.",
        )

    /** Names may change while the model stays; this ends only with the flow. */
    private suspend fun FlowCollector<ModelState>.emitNamed(
        want: Wanted,
        classifier: Classifier,
    ) = combine(
        settings.settings,
        looks,
    ) { chosen, _ -> chosen.labelLanguage(phoneLanguage(), classifier.model.languages) }
        .distinctUntilChanged()
        .collect { language ->
            val english = language == UserSettings.ENGLISH
            val names = if (english) classifier.model.labels.map { it.name } else classifier.names(language)
            emit(ModelState.Ready(LoadedModel(classifier, want.run, want.name != null, language, names)))
        }

    private companion object {
        const val KEEP_MS = 5_000L
    }
}

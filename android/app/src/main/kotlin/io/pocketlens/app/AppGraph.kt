package io.pocketlens.app

import android.content.Context
import android.os.SystemClock
import androidx.core.content.ContextCompat
import io.pocketlens.app.answer.SpeakerMaker
import io.pocketlens.app.answer.TextToSpeechSpeaker
import io.pocketlens.app.camera.Camera2Source
import io.pocketlens.app.camera.CameraSource
import io.pocketlens.app.history.FileHistory
import io.pocketlens.app.history.History
import io.pocketlens.app.live.HeldPictureFile
import io.pocketlens.app.live.PermissionMemory
import io.pocketlens.app.live.PreferencePermissionMemory
import io.pocketlens.app.model.BuiltInPackage
import io.pocketlens.app.model.LibraryPackages
import io.pocketlens.app.model.ModelPackages
import io.pocketlens.app.model.Models
import io.pocketlens.app.perf.PowerThermometer
import io.pocketlens.app.perf.Thermometer
import io.pocketlens.app.photo.PhotoNames
import io.pocketlens.app.photo.PhotoSource
import io.pocketlens.app.photo.ProviderNames
import io.pocketlens.app.settings.AppLanguage
import io.pocketlens.app.settings.PreferenceSettings
import io.pocketlens.app.settings.SettingsStore
import io.pocketlens.app.teach.TaughtFiles
import io.pocketlens.app.teach.TaughtOpener
import io.pocketlens.app.teach.TaughtStore
import io.pocketlens.classifier.Photo
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.SupervisorJob
import java.io.File
import java.util.concurrent.Executor

/** What view models are made of. Nothing here works before it is used. */
class AppGraph(
    val dispatchers: AppDispatchers,
    val settings: SettingsStore,
    val packages: ModelPackages,
    val models: Models,
    val cameras: CameraSource,
    val photos: PhotoSource,
    val names: PhotoNames,
    val history: History,
    val heldPicture: HeldPictureFile,
    /** What the models were taught; whoever opens one attaches it. */
    val taught: TaughtStore,
    val memory: PermissionMemory,
    val thermometer: Thermometer,
    val speaker: SpeakerMaker,
    /** The main thread, for what other threads tell. */
    val main: Executor,
    /** Milliseconds that never jump. */
    val now: () -> Long,
) {
    companion object {
        /** The phone's own. */
        fun of(context: Context): AppGraph {
            val dispatchers = AppDispatchers.phone()
            val settings = PreferenceSettings(dispatchers.io) { context.preferences("settings") }
            val packages = LibraryPackages(context)
            val scope = CoroutineScope(SupervisorJob() + Dispatchers.Main.immediate)
            val firstShot = HeldPictureFile(dispatchers.io) { File(context.cacheDir, "first-shot.png") }
            val taughtFiles = TaughtFiles { File(context.filesDir, "taught") }
            val taught = TaughtStore(dispatchers.engine, taughtFiles, firstShot)
            val opener = TaughtOpener(BuiltInPackage.opener(context), taught)
            return AppGraph(
                dispatchers = dispatchers,
                settings = settings,
                packages = packages,
                models = Models(settings, packages, opener, dispatchers.engine, scope) { AppLanguage.now(context) },
                cameras = Camera2Source(context),
                photos = { uri -> Photo.load(context, uri) },
                names = ProviderNames(context),
                history = FileHistory(dispatchers.io) { File(context.filesDir, "history") },
                heldPicture = HeldPictureFile(dispatchers.io) { File(context.cacheDir, "held.png") },
                taught = taught,
                memory = PreferencePermissionMemory(dispatchers.io) { context.preferences("permission") },
                thermometer = PowerThermometer(context),
                speaker = { TextToSpeechSpeaker(context) },
                main = context.mainExecutor(),
                now = SystemClock::elapsedRealtime,
            )
        }

        private fun Context.preferences(name: String) = getSharedPreferences(name, Context.MODE_PRIVATE)

        private fun Context.mainExecutor(): Executor = ContextCompat.getMainExecutor(this)
    }
}

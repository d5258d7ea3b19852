package io.pocketlens.app

import android.app.Application
import android.content.Context
import android.os.SystemClock
import io.pocketlens.app.camera.Camera2Source
import io.pocketlens.app.camera.CameraSource
import io.pocketlens.app.engine.EngineOpener
import io.pocketlens.app.engine.LibraryOpener
import io.pocketlens.app.models.LibraryModelStore
import io.pocketlens.app.models.ModelStore
import io.pocketlens.app.perf.PowerThermometer
import io.pocketlens.app.perf.Thermometer
import io.pocketlens.app.permission.PermissionMemory
import io.pocketlens.app.permission.PreferencePermissionMemory
import io.pocketlens.app.photo.LibraryPhotoSource
import io.pocketlens.app.photo.PhotoSource
import io.pocketlens.app.settings.PreferenceSettings
import io.pocketlens.app.settings.SettingsStore

/** Everything the screens need from outside themselves. Nothing here works before it is used. */
interface AppGraph {
    val workers: Workers
    val cameras: CameraSource
    val opener: EngineOpener
    val models: ModelStore
    val settings: SettingsStore
    val permissions: PermissionMemory
    val photos: PhotoSource
    val thermometer: Thermometer

    /** Milliseconds that never jump. */
    fun now(): Long
}

/** The phone's own. */
class DeviceGraph(
    private val context: Context,
) : AppGraph {
    override val workers: Workers = ThreadWorkers()
    override val cameras: CameraSource = Camera2Source(context)
    override val opener: EngineOpener = LibraryOpener(context)
    override val models: ModelStore = LibraryModelStore(context)
    override val settings: SettingsStore get() = PreferenceSettings(preferences("settings"))
    override val permissions: PermissionMemory get() = PreferencePermissionMemory(preferences("permission"))
    override val photos: PhotoSource = LibraryPhotoSource(context)
    override val thermometer: Thermometer = PowerThermometer(context)

    override fun now(): Long = SystemClock.elapsedRealtime()

    private fun preferences(name: String) = context.getSharedPreferences(name, Context.MODE_PRIVATE)
}

/** The process. Tests put another [graph] in. */
open class PocketlensApp : Application() {
    open val graph: AppGraph by lazy { DeviceGraph(this) }
}

/** The graph of the app this context belongs to. */
val Context.graph: AppGraph get() = (applicationContext as PocketlensApp).graph

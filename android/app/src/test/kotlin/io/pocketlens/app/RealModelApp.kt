package io.pocketlens.app

import android.content.Context
import io.pocketlens.app.engine.Engine
import io.pocketlens.app.engine.EngineOpener
import io.pocketlens.app.engine.LibraryOpener
import io.pocketlens.app.engine.Outputs
import io.pocketlens.app.models.LibraryModelStore
import io.pocketlens.app.models.ModelStore
import io.pocketlens.app.photo.LibraryPhotoSource
import io.pocketlens.app.photo.PhotoSource
import io.pocketlens.app.settings.PreferenceSettings
import io.pocketlens.app.settings.SettingsStore
import io.pocketlens.app.testing.FakeGraph
import io.pocketlens.app.testing.TestApp
import io.pocketlens.classifier.ClassifierSettings
import io.pocketlens.classifier.Photo
import io.pocketlens.classifier.YuvFrame
import java.io.File

/**
 * The app with its real model, library, decoder and stores. Only the camera, the clock and the order
 * of threads are a test's.
 */
class RealModelApp : TestApp() {
    override val graph: RealModelGraph by lazy { RealModelGraph(this, fakes) }
}

class RealModelGraph(
    private val context: Context,
    fakes: FakeGraph,
) : AppGraph by fakes {
    /** What the model gave, picture by picture. */
    val outputs = ArrayList<FloatArray>()
    private val library by lazy { LibraryOpener(context) }

    override val opener: EngineOpener = EngineOpener { archive, settings -> open(archive, settings) }
    override val models: ModelStore = LibraryModelStore(context)
    override val photos: PhotoSource = LibraryPhotoSource(context)
    override val settings: SettingsStore =
        PreferenceSettings(context.getSharedPreferences("real", Context.MODE_PRIVATE))

    private fun open(
        archive: File?,
        settings: ClassifierSettings,
    ): Engine {
        val engine = library.open(archive, settings)
        return object : Engine by engine {
            override fun classify(frame: YuvFrame): Outputs =
                engine.classify(frame).also { outputs.add(it.probabilities) }

            override fun classify(photo: Photo): Outputs = engine.classify(photo).also { outputs.add(it.probabilities) }
        }
    }
}

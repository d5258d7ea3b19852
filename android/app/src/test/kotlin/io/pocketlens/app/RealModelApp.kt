package io.pocketlens.app

import androidx.test.core.app.ApplicationProvider
import io.pocketlens.app.model.BuiltInPackage
import io.pocketlens.app.model.LibraryPackages
import io.pocketlens.app.model.ModelOpener
import io.pocketlens.app.testing.FakePhone
import io.pocketlens.app.testing.TestApp
import io.pocketlens.classifier.Classification
import io.pocketlens.classifier.Classifier
import io.pocketlens.classifier.ClassifyOptions
import io.pocketlens.classifier.Photo
import io.pocketlens.classifier.YuvFrame

/**
 * The app with its real model, library, decoder and store. Only the camera, the clock and the order
 * of threads are a test's.
 */
class RealModelApp : TestApp() {
    /** What the model gave, picture by picture. */
    val outputs = ArrayList<FloatArray>()

    override val phone by lazy {
        val library = BuiltInPackage.opener(this)
        val opener = ModelOpener { archive, settings -> Recorder(library.open(archive, settings), outputs) }
        FakePhone(this, opener, LibraryPackages(this), { uri -> Photo.load(this, uri) })
    }

    companion object {
        val outputs: List<FloatArray> get() = ApplicationProvider.getApplicationContext<RealModelApp>().outputs
    }
}

private class Recorder(
    private val real: Classifier,
    private val outputs: MutableList<FloatArray>,
) : Classifier by real {
    override fun classify(
        frame: YuvFrame,
        options: ClassifyOptions,
    ): Classification = real.classify(frame, options).also { outputs.add(it.probabilities) }

    override fun classify(
        photo: Photo,
        options: ClassifyOptions,
    ): Classification = real.classify(photo, options).also { outputs.add(it.probabilities) }
}

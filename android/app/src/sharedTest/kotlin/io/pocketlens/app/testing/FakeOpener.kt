package io.pocketlens.app.testing

import io.pocketlens.app.model.ModelOpener
import io.pocketlens.classifier.Classifier
import io.pocketlens.classifier.ClassifierException
import io.pocketlens.classifier.ClassifierSettings
import io.pocketlens.classifier.testing.FakeClassifier
import java.io.File

/** Opens [FakeModel]s, or fails as told. */
class FakeOpener : ModelOpener {
    val opened = ArrayList<FakeClassifier>()
    val asked = ArrayList<Pair<File?, ClassifierSettings>>()

    /** What opening fails with; null: it works. */
    var refusal: ClassifierException? = null

    /** What pictures show from now on. */
    var sees = FakeModel.cat()
        set(value) {
            field = value
            for (each in opened) each.probabilities = value
        }

    /** How many models are open: more than one is a leak. */
    val openCount: Int get() = opened.count { !it.isClosed }

    override fun open(
        archive: File?,
        settings: ClassifierSettings,
    ): Classifier {
        asked.add(archive to settings)
        refusal?.let { throw it }
        return FakeModel.opened(sees).also(opened::add)
    }
}

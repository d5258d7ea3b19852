package io.pocketlens.app.teach

import io.pocketlens.app.model.ModelOpener
import io.pocketlens.classifier.Classifier
import io.pocketlens.classifier.ClassifierSettings
import java.io.File

/** Opens packages that then look for what they were taught. */
class TaughtOpener(
    private val opener: ModelOpener,
    private val taught: TaughtStore,
) : ModelOpener {
    override fun open(
        archive: File?,
        settings: ClassifierSettings,
    ): Classifier = opener.open(archive, settings).also(taught::attach)
}

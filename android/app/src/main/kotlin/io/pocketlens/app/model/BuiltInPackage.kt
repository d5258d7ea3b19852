package io.pocketlens.app.model

import android.content.Context
import io.pocketlens.classifier.Classifier
import io.pocketlens.classifier.ClassifierException
import io.pocketlens.classifier.ErrorCode

/** The package that travels in the app's assets. */
object BuiltInPackage {
    private const val FOLDER = "packages"

    /** Its path among the assets; null: this app was built without one. */
    fun path(context: Context): String? =
        context.assets
            .list(FOLDER)
            .orEmpty()
            .sorted()
            .firstOrNull { it.endsWith(".zip") }
            ?.let { "$FOLDER/$it" }

    /** Opens it, or the package in [archive]. */
    fun opener(context: Context) =
        ModelOpener { archive, settings ->
            if (archive != null) {
                Classifier.open(archive, settings)
            } else {
                val path =
                    path(context) ?: throw ClassifierException(
                        ErrorCode.MISSING_FILE,
                        "This app was built without a model package. Import one, or install a build that has one.",
                    )
                Classifier.openAsset(context, path, settings)
            }
        }
}

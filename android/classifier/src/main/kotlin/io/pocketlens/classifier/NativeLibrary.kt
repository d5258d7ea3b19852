package io.pocketlens.classifier

import java.io.File

/**
 * Loads `libpocketlens.so` once. On a phone it comes with the app; elsewhere (tests on a desk) the
 * system property `pocketlens.library` names the file.
 */
internal object NativeLibrary {
    private const val NAME = "pocketlens"
    private const val PROPERTY = "pocketlens.library"

    private var isLoaded = false

    /** Fails with [ErrorCode.LIBRARY_MISSING]; a later call tries again. */
    @Synchronized
    fun load() {
        if (isLoaded) return
        loadFrom(System.getProperty(PROPERTY))
        isLoaded = true
    }

    /** Loads the library from [file], or from the app's own libraries where that is null. */
    internal fun loadFrom(file: String?) {
        try {
            if (file == null) System.loadLibrary(NAME) else System.load(File(file).canonicalPath)
        } catch (error: UnsatisfiedLinkError) {
            throw ClassifierException(
                ErrorCode.LIBRARY_MISSING,
                "The native library could not be loaded: ${error.message}. This app was built without " +
                    "it, or for another kind of processor. Install a build that has it.",
                error,
            )
        }
    }
}

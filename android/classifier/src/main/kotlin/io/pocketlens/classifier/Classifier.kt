package io.pocketlens.classifier

import android.content.Context
import android.graphics.Bitmap
import android.media.Image
import android.net.Uri
import androidx.annotation.WorkerThread
import java.io.File

/**
 * A model package, opened and ready: [open] and [openAsset] give one that runs the model; in tests of
 * one's own a `FakeClassifier` (artifact `classifier-testing`) stands in for it. Safe to use from
 * several threads: calls wait for each other. Its owner closes it; a call on a closed classifier
 * fails with [ErrorCode.CLOSED]. Every failure is a [ClassifierException].
 */
public interface Classifier : AutoCloseable {
    /** What the package says of its model. */
    public val model: ModelInfo

    /** The model's labels in output order. */
    public val labels: List<Label> get() = model.labels

    /**
     * Names what a decoded photo shows. Its bitmap must be `ARGB_8888` and not a hardware bitmap;
     * others fail with [ErrorCode.UNSUPPORTED_FORMAT].
     */
    @WorkerThread
    @Throws(ClassifierException::class)
    public fun classify(
        photo: Photo,
        options: ClassifyOptions,
    ): Classification

    /** As above with the options' defaults. */
    @WorkerThread
    @Throws(ClassifierException::class)
    public fun classify(photo: Photo): Classification = classify(photo, ClassifyOptions())

    /** Names what a camera frame shows, reading its planes where they are. */
    @WorkerThread
    @Throws(ClassifierException::class)
    public fun classify(
        frame: YuvFrame,
        options: ClassifyOptions,
    ): Classification

    /** As above with the options' defaults. */
    @WorkerThread
    @Throws(ClassifierException::class)
    public fun classify(frame: YuvFrame): Classification = classify(frame, ClassifyOptions())

    /** Names what an upright [bitmap] shows, as a [Photo] of it. */
    @WorkerThread
    @Throws(ClassifierException::class)
    public fun classify(
        bitmap: Bitmap,
        options: ClassifyOptions,
    ): Classification = classify(Photo(bitmap), options)

    /** As above with the options' defaults. */
    @WorkerThread
    @Throws(ClassifierException::class)
    public fun classify(bitmap: Bitmap): Classification = classify(bitmap, ClassifyOptions())

    /** Decodes the photo behind a content or file [uri] and names what it shows; see [Photo.load]. */
    @WorkerThread
    @Throws(ClassifierException::class)
    public fun classify(
        context: Context,
        uri: Uri,
        options: ClassifyOptions,
    ): Classification = Photo.load(context, uri).use { classify(it, options) }

    /** As above with the options' defaults. */
    @WorkerThread
    @Throws(ClassifierException::class)
    public fun classify(
        context: Context,
        uri: Uri,
    ): Classification = classify(context, uri, ClassifyOptions())

    /** Names what a camera [image] shows, which stays open; see [YuvFrame.of]. */
    @WorkerThread
    @Throws(ClassifierException::class)
    public fun classify(
        image: Image,
        rotation: Int,
        mirror: Boolean,
        options: ClassifyOptions,
    ): Classification = classify(YuvFrame.of(image, rotation, mirror), options)

    /** As above with the options' defaults. */
    @WorkerThread
    @Throws(ClassifierException::class)
    public fun classify(
        image: Image,
        rotation: Int,
        mirror: Boolean,
    ): Classification = classify(image, rotation, mirror, ClassifyOptions())

    /**
     * Labels and headline for [probabilities] that did not come from one picture, such as the mean of
     * several frames: one per label, in output order. Timings are 0.
     */
    @Throws(ClassifierException::class)
    public fun rank(
        probabilities: FloatArray,
        options: ClassifyOptions,
    ): Classification

    /** As above with the options' defaults. */
    @Throws(ClassifierException::class)
    public fun rank(probabilities: FloatArray): Classification = rank(probabilities, ClassifyOptions())

    /**
     * As above with an [embedding], such as the mean of those of the same frames ([Classification.embedding]),
     * by which taught labels are looked for as well; null or empty: only the model's own.
     */
    @Throws(ClassifierException::class)
    public fun rank(
        probabilities: FloatArray,
        embedding: FloatArray?,
        options: ClassifyOptions,
    ): Classification = rank(probabilities, options)

    /**
     * A new set of taught labels, without any. [ErrorCode.NO_EMBEDDING] where the package gives
     * nothing to compare pictures by.
     */
    @Throws(ClassifierException::class)
    public fun newTaughtLabels(): TaughtLabels = throw cannotBeTaught()

    /**
     * The set in a `.taught` [file]: [ErrorCode.BAD_TAUGHT], [ErrorCode.UNKNOWN_FORMAT_VERSION],
     * [ErrorCode.OTHER_EMBEDDING], [ErrorCode.NO_EMBEDDING], [ErrorCode.TOO_LARGE], and those of reading.
     */
    @WorkerThread
    @Throws(ClassifierException::class)
    public fun openTaughtLabels(file: File): TaughtLabels = throw cannotBeTaught()

    /** As above for a file's [bytes]. */
    @WorkerThread
    @Throws(ClassifierException::class)
    public fun readTaughtLabels(bytes: ByteArray): TaughtLabels = throw cannotBeTaught()

    /**
     * From now on every answer looks for the labels of [set] as well; null: no more. One that is sure
     * is the headline, the package's labels stay as alternatives ([Label.isTaught] tells which is which).
     * [ErrorCode.OTHER_EMBEDDING], [ErrorCode.NO_EMBEDDING].
     */
    @Throws(ClassifierException::class)
    public fun useTaught(set: TaughtLabels?): Unit = throw cannotBeTaught()

    /**
     * Teaches [set] that [photo] shows what is called [name]: a label that was taught before, one of the
     * package's in any of its languages, which it then corrects, or a new one. The set is not saved by
     * itself. [ErrorCode.BAD_TAUGHT_LABEL] for a name that cannot be used, [ErrorCode.TOO_LARGE] for more
     * than 1000 labels or 50 pictures of one, [ErrorCode.OTHER_EMBEDDING], [ErrorCode.NO_EMBEDDING].
     */
    @WorkerThread
    @Throws(ClassifierException::class)
    public fun teach(
        set: TaughtLabels,
        name: String,
        photo: Photo,
    ): TaughtPicture = throw cannotBeTaught()

    /** As above for an upright [bitmap]. */
    @WorkerThread
    @Throws(ClassifierException::class)
    public fun teach(
        set: TaughtLabels,
        name: String,
        bitmap: Bitmap,
    ): TaughtPicture = teach(set, name, Photo(bitmap))

    /** As above for a camera frame. */
    @WorkerThread
    @Throws(ClassifierException::class)
    public fun teach(
        set: TaughtLabels,
        name: String,
        frame: YuvFrame,
    ): TaughtPicture = throw cannotBeTaught()

    /**
     * The labels' names in a language of [ModelInfo.languages], in output order; English where the
     * table has none. Fails with [ErrorCode.BAD_NAMES] for another language.
     */
    @Throws(ClassifierException::class)
    public fun names(language: String): List<String>

    /**
     * The input tensor that [classify] feeds for a photo (height x width x RGB floats), to compare it
     * with the desk's.
     */
    @WorkerThread
    @Throws(ClassifierException::class)
    public fun inputTensor(photo: Photo): FloatArray

    /** As [inputTensor] for a camera frame. */
    @WorkerThread
    @Throws(ClassifierException::class)
    public fun inputTensor(frame: YuvFrame): FloatArray

    /** A ready input tensor through the model: its raw outputs. */
    @WorkerThread
    @Throws(ClassifierException::class)
    public fun run(inputTensor: FloatArray): FloatArray

    /** The older demo's text, `label:score;` for every label, from [Classification.probabilities]. */
    @Throws(ClassifierException::class)
    public fun legacyScoreText(probabilities: FloatArray): String

    /**
     * Frees the model: at once, or with the last call that is running, for which it does not wait.
     * Closing twice does nothing.
     */
    override fun close()

    public companion object {
        /** The runtime's own version text. */
        @Throws(ClassifierException::class)
        @JvmStatic
        public fun runtimeVersion(): String {
            NativeLibrary.load()
            return NativeCalls.runtimeVersion()
        }

        /**
         * Opens a package that travels in the app's assets as a zip, such as
         * `packages/mobilenetv2-openimages.zip`. The asset must be stored uncompressed,
         * so that it is read where it lies.
         */
        @WorkerThread
        @Throws(ClassifierException::class)
        @JvmStatic
        @JvmOverloads
        public fun openAsset(
            context: Context,
            path: String,
            settings: ClassifierSettings = ClassifierSettings(),
        ): Classifier = PackageSources.asset(context, path) { OpenPackage.of(it, settings) }

        /** Opens a package folder or zip; its files are read once and not needed afterwards. */
        @WorkerThread
        @Throws(ClassifierException::class)
        @JvmStatic
        @JvmOverloads
        public fun open(
            file: File,
            settings: ClassifierSettings = ClassifierSettings(),
        ): Classifier = OpenPackage.of(file, settings)

        /**
         * Opens a package zip behind a content [uri]. It is copied to the cache first, because another
         * app may change or withdraw what a Uri names at any time; the copy goes with the classifier.
         */
        @WorkerThread
        @Throws(ClassifierException::class)
        @JvmStatic
        @JvmOverloads
        public fun open(
            context: Context,
            uri: Uri,
            settings: ClassifierSettings = ClassifierSettings(),
        ): Classifier = PackageSources.copied(context, uri) { open(it, settings) }
    }
}

private fun cannotBeTaught() =
    ClassifierException(
        ErrorCode.NO_EMBEDDING,
        "This kind of classifier cannot be taught. Open a package with an embedding.",
    )

package io.pocketlens.classifier

import android.content.Context
import android.graphics.Bitmap
import android.media.Image
import android.net.Uri
import java.io.File

/**
 * A model package, opened and ready. Safe to use from several threads: calls wait for each other.
 * Its owner closes it; a call on a closed classifier fails with [ErrorCode.CLOSED]. Every failure is
 * a [ClassifierException].
 */
public class Classifier private constructor(
    private val handle: Long,
    /** What the package says of its model. */
    public val model: ModelInfo,
) : AutoCloseable {
    /** The model's labels in output order. */
    public val labels: List<Label> get() = model.labels

    /**
     * Names what an upright [bitmap] shows. It must be `ARGB_8888` and not a hardware bitmap;
     * others fail with [ErrorCode.UNSUPPORTED_FORMAT]. [topK] is cut to the number of labels.
     */
    @Throws(ClassifierException::class)
    @JvmOverloads
    public fun classify(
        bitmap: Bitmap,
        topK: Int = DEFAULT_TOP_K,
    ): Classification = classify(Photo(bitmap), topK)

    /** Names what a decoded photo shows; its bitmap is looked at as [classify] says. */
    @Throws(ClassifierException::class)
    @JvmOverloads
    public fun classify(
        photo: Photo,
        topK: Int = DEFAULT_TOP_K,
    ): Classification =
        classification(
            NativeCalls.classifyBitmap(
                handle,
                readable(photo.bitmap),
                photo.rotation,
                photo.mirror,
                topK,
            ),
            photo.decodeMillis,
        )

    /** Decodes the photo behind a content or file [uri] and names what it shows; see [Photo.load]. */
    @Throws(ClassifierException::class)
    @JvmOverloads
    public fun classify(
        context: Context,
        uri: Uri,
        topK: Int = DEFAULT_TOP_K,
    ): Classification = Photo.load(context, uri).use { classify(it, topK) }

    /** Names what a camera frame shows, reading its planes where they are. */
    @Throws(ClassifierException::class)
    @JvmOverloads
    public fun classify(
        frame: YuvFrame,
        topK: Int = DEFAULT_TOP_K,
    ): Classification =
        classification(
            NativeCalls.classifyPlanes(
                handle,
                frame.y.buffer,
                frame.u.buffer,
                frame.v.buffer,
                frame.layout(),
                topK,
            ),
        )

    /** As [classify] for the planes of a camera [image], which stays open; see [YuvFrame.of]. */
    @Throws(ClassifierException::class)
    @JvmOverloads
    public fun classify(
        image: Image,
        rotation: Int,
        mirror: Boolean,
        topK: Int = DEFAULT_TOP_K,
    ): Classification = classify(YuvFrame.of(image, rotation, mirror), topK)

    /**
     * The labels' names in a language of [ModelInfo.languages], in output order; English where the
     * table has none. Fails with [ErrorCode.BAD_NAMES] for another language.
     */
    @Throws(ClassifierException::class)
    public fun names(language: String): List<String> = NativeCalls.names(handle, language).asList()

    /**
     * Labels and headline for [probabilities] that did not come from one picture, such as the mean of
     * several frames: one per label, in output order. Timings are 0.
     */
    @Throws(ClassifierException::class)
    @JvmOverloads
    public fun rank(
        probabilities: FloatArray,
        topK: Int = DEFAULT_TOP_K,
    ): Classification = classification(NativeCalls.rank(handle, probabilities, topK))

    /**
     * The input tensor that [classify] feeds for a photo (height x width x RGB floats), to compare it
     * with the desk's.
     */
    @Throws(ClassifierException::class)
    public fun inputTensor(photo: Photo): FloatArray =
        NativeCalls.preprocessBitmap(handle, readable(photo.bitmap), photo.rotation, photo.mirror)

    /** As [inputTensor] for a camera frame. */
    @Throws(ClassifierException::class)
    public fun inputTensor(frame: YuvFrame): FloatArray =
        NativeCalls.preprocessPlanes(handle, frame.y.buffer, frame.u.buffer, frame.v.buffer, frame.layout())

    /** A ready input tensor through the model: its raw outputs. */
    @Throws(ClassifierException::class)
    public fun run(inputTensor: FloatArray): FloatArray = NativeCalls.runTensor(handle, inputTensor)

    /** The older demo's text, `label:score;` for every label, from [Classification.probabilities]. */
    @Throws(ClassifierException::class)
    public fun legacyScoreText(probabilities: FloatArray): String = NativeCalls.legacyScoreText(handle, probabilities)

    /**
     * Frees the model: at once, or with the last call that is running, for which it does not wait.
     * Closing twice does nothing.
     */
    override fun close() {
        NativeCalls.close(handle)
    }

    private fun classification(
        result: NativeResult,
        decodeMillis: Double = 0.0,
    ): Classification = result.typed(labels, decodeMillis)

    public companion object {
        /** The number of labels given back where a call does not say. */
        public const val DEFAULT_TOP_K: Int = 5

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
        @Throws(ClassifierException::class)
        @JvmStatic
        @JvmOverloads
        public fun openAsset(
            context: Context,
            path: String,
            settings: ClassifierSettings = ClassifierSettings(),
        ): Classifier = PackageSources.asset(context, path) { openDescriptor(it, settings) }

        /** Opens a package folder or zip; its files are read once and not needed afterwards. */
        @Throws(ClassifierException::class)
        @JvmStatic
        @JvmOverloads
        public fun open(
            file: File,
            settings: ClassifierSettings = ClassifierSettings(),
        ): Classifier {
            NativeLibrary.load()
            val s = settings
            return opened(
                NativeCalls.open(
                    file.path,
                    s.threads,
                    s.affinity.ordinal,
                    s.fp16,
                    s.device.ordinal,
                    s.trialFile?.path.orEmpty(),
                    s.strictness.oddsFactor,
                ),
            )
        }

        /**
         * Opens a package zip behind a content [uri]. It is copied to the cache first, because another
         * app may change or withdraw what a Uri names at any time; the copy goes with the classifier.
         */
        @Throws(ClassifierException::class)
        @JvmStatic
        @JvmOverloads
        public fun open(
            context: Context,
            uri: Uri,
            settings: ClassifierSettings = ClassifierSettings(),
        ): Classifier = PackageSources.copied(context, uri) { open(it, settings) }

        /** The classifier of an open handle, which is closed again if it cannot be described. */
        internal fun opened(
            handle: Long,
            describe: (Long) -> ModelInfo = { modelInfo(NativeCalls.describe(it)) },
        ): Classifier {
            var classifier: Classifier? = null
            try {
                return Classifier(handle, describe(handle)).also { classifier = it }
            } finally {
                if (classifier == null) NativeCalls.close(handle)
            }
        }

        private fun openDescriptor(
            part: FilePart,
            settings: ClassifierSettings,
        ): Classifier {
            NativeLibrary.load()
            return opened(
                NativeCalls.openDescriptor(
                    part.descriptor,
                    part.offset,
                    part.length,
                    settings.threads,
                    settings.affinity.ordinal,
                    settings.fp16,
                    settings.device.ordinal,
                    settings.trialFile?.path.orEmpty(),
                    settings.strictness.oddsFactor,
                ),
            )
        }
    }
}

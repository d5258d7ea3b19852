package io.pocketlens.classifier

import java.io.File

/** The [Classifier] that runs a package's model in the native core. */
internal class OpenPackage private constructor(
    private val handle: Long,
    override val model: ModelInfo,
) : Classifier {
    private val watch = LeakGuard.watch(this, "A classifier of ${model.name}", handle, NativeCalls::close)

    override fun classify(
        photo: Photo,
        options: ClassifyOptions,
    ): Classification =
        NativeCalls
            .classifyBitmap(
                handle,
                readable(photo.bitmap),
                photo.rotation,
                photo.mirror,
                photo.region?.numbers(),
                options.topK,
                options.leastScore,
                options.allow.orNull(),
                options.deny.orNull(),
            ).typed(labels, photo.decodeMillis)

    override fun classify(
        frame: YuvFrame,
        options: ClassifyOptions,
    ): Classification =
        NativeCalls
            .classifyPlanes(
                handle,
                frame.y.buffer,
                frame.u.buffer,
                frame.v.buffer,
                frame.layout(),
                frame.region?.numbers(),
                options.topK,
                options.leastScore,
                options.allow.orNull(),
                options.deny.orNull(),
            ).typed(labels)

    override fun rank(
        probabilities: FloatArray,
        options: ClassifyOptions,
    ): Classification = rank(probabilities, null, options)

    override fun rank(
        probabilities: FloatArray,
        embedding: FloatArray?,
        options: ClassifyOptions,
    ): Classification =
        NativeCalls
            .rank(
                handle,
                probabilities,
                embedding,
                options.topK,
                options.leastScore,
                options.allow.orNull(),
                options.deny.orNull(),
            ).typed(labels)

    override fun names(language: String): List<String> = NativeCalls.names(handle, language).asList()

    override fun inputTensor(photo: Photo): FloatArray =
        NativeCalls.preprocessBitmap(
            handle,
            readable(photo.bitmap),
            photo.rotation,
            photo.mirror,
            photo.region?.numbers(),
        )

    override fun inputTensor(frame: YuvFrame): FloatArray =
        NativeCalls.preprocessPlanes(
            handle,
            frame.y.buffer,
            frame.u.buffer,
            frame.v.buffer,
            frame.layout(),
            frame.region?.numbers(),
        )

    override fun run(inputTensor: FloatArray): FloatArray = NativeCalls.runTensor(handle, inputTensor)

    override fun legacyScoreText(probabilities: FloatArray): String = NativeCalls.legacyScoreText(handle, probabilities)

    override fun newTaughtLabels(): TaughtLabels = OpenTaught(NativeTeaching.empty(handle))

    override fun openTaughtLabels(file: File): TaughtLabels = OpenTaught(NativeTeaching.openSet(handle, file.path))

    override fun readTaughtLabels(bytes: ByteArray): TaughtLabels = OpenTaught(NativeTeaching.read(handle, bytes))

    override fun useTaught(set: TaughtLabels?) =
        NativeTeaching.use(handle, if (set == null) 0L else OpenTaught.native(set).handle)

    override fun teach(
        set: TaughtLabels,
        name: String,
        photo: Photo,
    ): TaughtPicture =
        NativeTeaching
            .teachBitmap(
                handle,
                OpenTaught.native(set).handle,
                name,
                readable(photo.bitmap),
                photo.rotation,
                photo.mirror,
                photo.region?.numbers(),
            ).typed()

    override fun teach(
        set: TaughtLabels,
        name: String,
        frame: YuvFrame,
    ): TaughtPicture =
        NativeTeaching
            .teachPlanes(
                handle,
                OpenTaught.native(set).handle,
                name,
                frame.y.buffer,
                frame.u.buffer,
                frame.v.buffer,
                frame.layout(),
                frame.region?.numbers(),
            ).typed()

    override fun close() {
        LeakGuard.forget(watch)
        NativeCalls.close(handle)
    }

    companion object {
        /** Opens a folder or a zip. */
        fun of(
            file: File,
            settings: ClassifierSettings,
        ): OpenPackage {
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

        /** Opens a zip that is part of a file. */
        fun of(
            part: FilePart,
            settings: ClassifierSettings,
        ): OpenPackage {
            NativeLibrary.load()
            val s = settings
            return opened(
                NativeCalls.openDescriptor(
                    part.descriptor,
                    part.offset,
                    part.length,
                    s.threads,
                    s.affinity.ordinal,
                    s.fp16,
                    s.device.ordinal,
                    s.trialFile?.path.orEmpty(),
                    s.strictness.oddsFactor,
                ),
            )
        }

        /** The classifier of an open handle, which is closed again if it cannot be described. */
        fun opened(
            handle: Long,
            describe: (Long) -> ModelInfo = { modelInfo(NativeCalls.describe(it)) },
        ): OpenPackage {
            var classifier: OpenPackage? = null
            try {
                return OpenPackage(handle, describe(handle)).also { classifier = it }
            } finally {
                if (classifier == null) NativeCalls.close(handle)
            }
        }
    }
}

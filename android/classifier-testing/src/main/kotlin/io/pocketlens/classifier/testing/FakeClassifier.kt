package io.pocketlens.classifier.testing

import io.pocketlens.classifier.Classification
import io.pocketlens.classifier.Classifier
import io.pocketlens.classifier.ClassifierException
import io.pocketlens.classifier.ClassifyOptions
import io.pocketlens.classifier.ErrorCode
import io.pocketlens.classifier.ModelInfo
import io.pocketlens.classifier.Photo
import io.pocketlens.classifier.TaughtLabels
import io.pocketlens.classifier.TaughtPicture
import io.pocketlens.classifier.Timings
import io.pocketlens.classifier.YuvFrame
import java.io.File
import java.util.Locale
import java.util.concurrent.atomic.AtomicInteger

/**
 * A [Classifier] without a model or native code, for tests of what uses one: it sees in every picture
 * what the test has said ([sees]) and ranks that as the real one does. Safe to use from several
 * threads.
 */
public class FakeClassifier
    @JvmOverloads
    constructor(
        override val model: ModelInfo = FakeModels.animals(),
    ) : Classifier {
        private val read = AtomicInteger()

        /** Of the headline's probability that a guess must keep, as the manifest says. */
        private val guessShare: Float =
            GUESS_SHARE
                .find(model.manifest)
                ?.groupValues
                ?.get(1)
                ?.toDouble()
                ?.toFloat() ?: USUAL_SHARE

        /** What every picture shows from now on: one probability per label, in output order. */
        @Volatile
        public var probabilities: FloatArray = FloatArray(model.labels.size)

        /** What every call fails with; null: it works. */
        @Volatile
        public var failure: ClassifierException? = null

        /** What a picture takes; decoding is taken from the photo. */
        @Volatile
        public var timings: Timings = Timings()

        /** The names that [names] gives, by language; without any it fails as for an unknown language. */
        @Volatile
        public var translations: Map<String, List<String>> = emptyMap()

        /** What [inputTensor] gives. */
        @Volatile
        public var tensor: FloatArray = FloatArray(0)

        /** How like the taught labels of these names every picture is, as scores; see [seesTaught]. */
        @Volatile
        private var taughtSeen: Map<String, Float> = emptyMap()

        @Volatile
        private var taught: TaughtLabels? = null

        /** How like an earlier one of its label every picture is that is taught, 0 to 1. */
        @Volatile
        public var likeness: Float = 0f

        /** Whether the owner has closed it. */
        @Volatile
        public var isClosed: Boolean = false
            private set

        /** How many pictures were classified. */
        public val pictures: Int get() = read.get()

        /** Every picture shows [labels] from now on, by name and probability; all others have 0. */
        public fun sees(labels: Map<String, Float>) {
            val indices = model.labels.associate { it.name to it.index }
            val seen = FloatArray(model.labels.size)
            for ((name, probability) in labels) {
                val index = requireNotNull(indices[name]) { "the model has no label $name: ${indices.keys}" }
                seen[index] = probability
            }
            probabilities = seen
        }

        /** As above: `sees("Cat" to 0.9f)`. */
        public fun sees(vararg labels: Pair<String, Float>): Unit = sees(labels.toMap())

        /**
         * Every picture looks like the taught labels of these names from now on, with these scores; it shows
         * where such labels have been taught and are used: `seesTaught("My mug" to 0.9f)`.
         */
        public fun seesTaught(vararg labels: Pair<String, Float>) {
            taughtSeen = labels.toMap()
        }

        override fun newTaughtLabels(): TaughtLabels {
            check()
            return FakeTaughtLabels(emptyList())
        }

        override fun openTaughtLabels(file: File): TaughtLabels {
            check()
            if (!file.isFile) throw ClassifierException(ErrorCode.MISSING_FILE, "There is no file $file.")
            return FakeTaughtLabels.of(file.readBytes())
        }

        override fun readTaughtLabels(bytes: ByteArray): TaughtLabels {
            check()
            return FakeTaughtLabels.of(bytes)
        }

        override fun useTaught(set: TaughtLabels?) {
            check()
            set?.list() // fails where it has been closed
            taught = set
        }

        override fun teach(
            set: TaughtLabels,
            name: String,
            photo: Photo,
        ): TaughtPicture = taught(set, name)

        override fun teach(
            set: TaughtLabels,
            name: String,
            frame: YuvFrame,
        ): TaughtPicture = taught(set, name)

        private fun taught(
            set: TaughtLabels,
            name: String,
        ): TaughtPicture {
            check()
            val mids = set.list().map { it.name to it.mid } + model.labels.map { it.name to it.mid }
            val known = mids.firstOrNull { it.first.equals(name, ignoreCase = true) }?.second
            val mid = known ?: ("own/" + name.lowercase(Locale.ROOT).replace(' ', '-'))
            return (set as FakeTaughtLabels).add(mid, name, likeness)
        }

        override fun classify(
            photo: Photo,
            options: ClassifyOptions,
        ): Classification = picture(options, photo.decodeMillis)

        override fun classify(
            frame: YuvFrame,
            options: ClassifyOptions,
        ): Classification = picture(options, decodeMillis = 0.0)

        override fun rank(
            probabilities: FloatArray,
            options: ClassifyOptions,
        ): Classification {
            check()
            return FakeRanking(model.labels, probabilities, guessShare).classification(options, Timings())
        }

        override fun rank(
            probabilities: FloatArray,
            embedding: FloatArray?,
            options: ClassifyOptions,
        ): Classification = lead(rank(probabilities, options), options)

        override fun names(language: String): List<String> {
            check()
            return translations[language] ?: throw ClassifierException(
                ErrorCode.BAD_NAMES,
                "The fake has no names in $language. Put them into its translations.",
            )
        }

        override fun inputTensor(photo: Photo): FloatArray = tensor()

        override fun inputTensor(frame: YuvFrame): FloatArray = tensor()

        override fun run(inputTensor: FloatArray): FloatArray {
            check()
            return probabilities.copyOf()
        }

        override fun legacyScoreText(probabilities: FloatArray): String {
            check()
            val scored = FakeRanking(model.labels, probabilities, guessShare).scored
            return scored.joinToString("") { "%s:%.6f;".format(Locale.ROOT, it.label.name, it.score) }
        }

        override fun close() {
            isClosed = true
        }

        private fun picture(
            options: ClassifyOptions,
            decodeMillis: Double,
        ): Classification {
            check()
            read.incrementAndGet()
            val seen = FakeRanking(model.labels, probabilities.copyOf(), guessShare)
            return lead(seen.classification(options, timings.copy(decode = decodeMillis)), options)
        }

        /** What the taught labels that are used make of an answer (`LeadWithTaught` in the native core). */
        private fun lead(
            seen: Classification,
            options: ClassifyOptions,
        ): Classification {
            val labels = taught?.let { (it as FakeTaughtLabels).now } ?: return seen
            return FakeLead(model.labels, labels, taughtSeen).over(seen, options)
        }

        private fun tensor(): FloatArray {
            check()
            return tensor.copyOf()
        }

        private fun check() {
            failure?.let { throw it }
            if (isClosed) throw ClassifierException(ErrorCode.CLOSED, "The classifier has been closed.")
        }

        private companion object {
            // Android's own JSON cannot be used in tests on a desk.
            val GUESS_SHARE = Regex("\"guess_share\"\\s*:\\s*([0-9.eE+-]+)")
            const val USUAL_SHARE = 0.5f
        }
    }

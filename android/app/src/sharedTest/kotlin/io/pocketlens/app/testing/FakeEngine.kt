package io.pocketlens.app.testing

import io.pocketlens.app.engine.Engine
import io.pocketlens.app.engine.EngineOpener
import io.pocketlens.app.engine.ModelFacts
import io.pocketlens.app.engine.Outputs
import io.pocketlens.app.engine.Ranking
import io.pocketlens.classifier.ClassifierException
import io.pocketlens.classifier.ClassifierSettings
import io.pocketlens.classifier.ErrorCode
import io.pocketlens.classifier.Label
import io.pocketlens.classifier.Photo
import io.pocketlens.classifier.ScoredLabel
import io.pocketlens.classifier.ThresholdStatus
import io.pocketlens.classifier.Timings
import io.pocketlens.classifier.YuvFrame
import java.io.File

/** A small model of its own: eleven labels, of which a test says how probable they are. */
class FakeEngine(
    private val answers: FakeOpener,
    override val model: ModelFacts,
) : Engine {
    var closed = false
        private set

    override fun classify(frame: YuvFrame): Outputs = answer(decode = 0.0)

    override fun classify(photo: Photo): Outputs = answer(photo.decodeMillis)

    override fun rank(
        probabilities: FloatArray,
        top: Int,
    ): Ranking {
        check()
        val scored =
            model.labels.map {
                ScoredLabel(
                    it,
                    score(probabilities[it.index], it.threshold),
                    probabilities[it.index],
                )
            }
        val sure = scored.filter { it.isSure }
        val headline =
            sure
                .filter { label ->
                    sure.none { it.label.index in label.label.children }
                }.maxByOrNull { it.score }
        return Ranking(scored.sortedByDescending { it.score }.take(top), headline)
    }

    override fun names(language: String): List<String> {
        if (answers.brokenNames) throw ClassifierException(ErrorCode.BAD_NAMES, "names.$language.csv is damaged.")
        return model.labels.map { CHINESE[it.index] }
    }

    override fun close() {
        closed = true
    }

    private fun answer(decode: Double): Outputs {
        check()
        answers.read++
        answers.failure?.let { throw it }
        return Outputs(answers.probabilities.copyOf(), Timings(decode, answers.preprocessMs, answers.inferenceMs, 0.2))
    }

    private fun check() {
        if (closed) throw ClassifierException(ErrorCode.CLOSED, "The classifier has been closed.")
    }

    private fun score(
        p: Float,
        t: Float,
    ) = if (p < t) p / t * 0.5f else (p - t) / (1 - t) * 0.5f + 0.5f

    companion object {
        private val NAMES =
            listOf(
                "Animal",
                "Mammal",
                "Carnivore",
                "Cat",
                "Dog",
                "Lynx",
                "Pillow",
                "Chair",
                "Furniture",
                "Towel",
                "Plant",
            )
        private val CHINESE = listOf("动物", "哺乳动物", "食肉动物", "猫", "狗", "猞猁", "枕头", "椅子", "家具", "毛巾", "植物")
        private val PARENTS = mapOf(1 to 0, 2 to 1, 3 to 2, 4 to 2, 5 to 2, 7 to 8)

        const val ANIMAL = 0
        const val CAT = 3
        const val DOG = 4
        const val PILLOW = 6

        fun labels(): List<Label> =
            NAMES.mapIndexed { i, name ->
                Label(
                    index = i,
                    mid = "/m/0${name.lowercase().take(5)}",
                    name = name,
                    threshold = if (i == CAT) 0.3f else 0.5f,
                    status = if (i < 6) ThresholdStatus.CALIBRATED else ThresholdStatus.DEFAULT,
                    precision = 0.93f.takeIf { i < 6 },
                    recall = 0.81f.takeIf { i < 6 },
                    f1 = 0.866f.takeIf { i < 6 },
                    support = 124.takeIf { i < 6 },
                    parents = listOfNotNull(PARENTS[i]),
                    children = PARENTS.filterValues { it == i }.keys.toList(),
                )
            }
    }
}

/** Opens [FakeEngine]s, or fails as told. */
class FakeOpener : EngineOpener {
    val opened = ArrayList<FakeEngine>()
    val asked = ArrayList<Pair<File?, ClassifierSettings>>()

    /** What opening fails with; null: it works. */
    var refusal: ClassifierException? = null

    /** What reading a picture fails with; null: it works. */
    var failure: ClassifierException? = null
    var brokenNames = false
    var probabilities = cat()
    var preprocessMs = 0.4
    var inferenceMs = 7.1

    /** How many pictures were read. */
    var read = 0

    /** How many engines are open: more than one is a leak. */
    val openCount: Int get() = opened.count { !it.closed }

    override fun open(
        archive: File?,
        settings: ClassifierSettings,
    ): Engine {
        asked.add(archive to settings)
        refusal?.let { throw it }
        val facts =
            ModelFacts(
                "mobilenetv2-openimages",
                "MobileNetV2 1.0/224, 601 Open Images labels",
                "1.0.0",
                "2.0.0",
                "float32",
                listOf("zh", "es", "de", "fr"),
                FakeEngine.labels(),
            )
        return FakeEngine(this, facts).also(opened::add)
    }

    companion object {
        /** Surely a cat. */
        fun cat() = floatArrayOf(.97f, .95f, .92f, .88f, .12f, .21f, .34f, .08f, .15f, .06f, .02f)

        /** A dog. */
        fun dog() = floatArrayOf(.96f, .94f, .90f, .05f, .91f, .07f, .10f, .08f, .15f, .06f, .02f)

        /** Nothing in particular. */
        fun nothing() = floatArrayOf(.24f, .18f, .11f, .08f, .09f, .03f, .33f, .12f, .29f, .19f, .22f)
    }
}

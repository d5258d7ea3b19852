package io.pocketlens.app.testing

import io.pocketlens.app.model.LoadedModel
import io.pocketlens.app.results.Reading
import io.pocketlens.classifier.ClassifierSettings
import io.pocketlens.classifier.ClassifyOptions
import io.pocketlens.classifier.Label
import io.pocketlens.classifier.ModelInfo
import io.pocketlens.classifier.ThresholdStatus
import io.pocketlens.classifier.Timings
import io.pocketlens.classifier.testing.FakeClassifier

/** A small model of eleven labels. */
object FakeModel {
    private val NAMES =
        listOf("Animal", "Mammal", "Carnivore", "Cat", "Dog", "Lynx", "Pillow", "Chair", "Furniture", "Towel", "Plant")
    private val CHINESE = listOf("动物", "哺乳动物", "食肉动物", "猫", "狗", "猞猁", "枕头", "椅子", "家具", "毛巾", "植物")
    private val PARENTS = mapOf(1 to 0, 2 to 1, 3 to 2, 4 to 2, 5 to 2, 7 to 8)
    const val ANIMAL = 0
    const val CAT = 3

    /** Surely a cat. */
    fun cat() = floatArrayOf(.97f, .95f, .92f, .88f, .12f, .21f, .34f, .08f, .15f, .06f, .02f)

    /** A dog. */
    fun dog() = floatArrayOf(.96f, .94f, .90f, .05f, .91f, .07f, .10f, .08f, .15f, .06f, .02f)

    /** Surely an animal, probably a dog. */
    fun someAnimal() = floatArrayOf(.71f, .44f, .43f, .11f, .42f, .10f, .18f, .08f, .15f, .06f, .02f)

    /** Nothing in particular. */
    fun nothing() = floatArrayOf(.24f, .18f, .11f, .08f, .09f, .03f, .33f, .12f, .29f, .19f, .22f)

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

    fun info() =
        ModelInfo(
            name = "mobilenetv2-openimages",
            labels = labels(),
            title = "MobileNetV2 1.0/224, 601 Open Images labels",
            version = "1.0.0",
            runtimeVersion = "2.0.0",
            weights = "float32",
            languages = listOf("zh"),
        )

    fun opened(sees: FloatArray = cat()) =
        FakeClassifier(info()).apply {
            probabilities = sees
            translations = mapOf("zh" to CHINESE)
            timings = Timings(preprocess = 0.4, inference = 7.1, scores = 0.2)
        }

    /** As the app has it when it is open. */
    fun loaded(sees: FloatArray = cat()) =
        LoadedModel(opened(sees), ClassifierSettings(), imported = false, language = "en", names = NAMES)

    /** What this model says of a picture in which it [sees] this. */
    fun reading(sees: FloatArray = cat()): Reading =
        loaded(sees).let { Reading.of(it, it.classifier.rank(sees, ClassifyOptions(Reading.LABELS_ASKED))) }
}

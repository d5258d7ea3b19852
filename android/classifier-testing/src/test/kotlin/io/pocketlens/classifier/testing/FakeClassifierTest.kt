package io.pocketlens.classifier.testing

import android.graphics.Bitmap
import io.pocketlens.classifier.Classification
import io.pocketlens.classifier.Classifier
import io.pocketlens.classifier.ClassifierException
import io.pocketlens.classifier.ClassifyOptions
import io.pocketlens.classifier.ErrorCode
import io.pocketlens.classifier.YuvFrame
import io.pocketlens.classifier.YuvPlane
import org.junit.Assert.assertEquals
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import java.io.File
import java.nio.ByteBuffer
import kotlin.random.Random

/** The fake is one of a kind with the real classifier. */
@RunWith(RobolectricTestRunner::class)
class FakeClassifierTest {
    private val frame = YuvPlane(ByteBuffer.allocateDirect(4), 2, 1).let { YuvFrame(2, 2, it, it, it) }

    private fun code(call: () -> Unit): ErrorCode? =
        try {
            call()
            null
        } catch (error: ClassifierException) {
            error.code
        }

    @Test
    fun seesWhatItIsTold() {
        FakeClassifier().use { fake ->
            assertNull(fake.classify(frame).headline)
            fake.sees("Animal" to 0.9f, "Mammal" to 0.88f, "Cat" to 0.5f)
            val seen = fake.classify(frame, ClassifyOptions(topK = 3))
            assertEquals(listOf("Animal", "Mammal", "Cat"), seen.labels.map { it.label.name })
            assertEquals("Mammal", seen.headline?.label?.name)
            assertEquals("Cat", seen.guess?.label?.name)
            assertEquals(2, fake.pictures)
        }
    }

    @Test
    fun failsAsItIsToldAndAsTheRealOneDoes() {
        val fake = FakeClassifier()
        fake.failure = ClassifierException(ErrorCode.PREDICT_FAILED, "in the test")
        assertEquals(ErrorCode.PREDICT_FAILED, code { fake.classify(frame) })
        fake.failure = null
        assertEquals(ErrorCode.OUTPUT_MISMATCH, code { fake.rank(FloatArray(3)) })
        assertEquals(ErrorCode.SCORE_NOT_FINITE, code { fake.rank(FloatArray(5) { Float.NaN }) })
        assertEquals(ErrorCode.BAD_NAMES, code { fake.names("de") })
        fake.translations = mapOf("de" to listOf("Tier", "Säugetier", "Katze", "Hund", "Stuhl"))
        assertEquals("Katze", fake.names("de")[2])
        assertTrue(runCatching { fake.sees("Elephant" to 1f) }.exceptionOrNull() is IllegalArgumentException)
        fake.close()
        assertTrue(fake.isClosed)
        assertEquals(ErrorCode.CLOSED, code { fake.classify(frame) })
    }

    private fun demo() =
        Classifier.open(File(System.getProperty("pocketlens.root").orEmpty(), "build/packages/mobilenetv2-openimages"))

    @Test
    fun isTaughtAsItIsTold() {
        val fake = FakeClassifier()
        fake.sees("Cat" to 0.9f)
        fake.seesTaught("My mug" to 0.8f, "Dog" to 0.6f)
        val set = fake.newTaughtLabels()
        assertNull(fake.teach(set, "My mug", frame).likeness)
        fake.likeness = 0.9f
        val again = fake.teach(set, "my MUG", frame)
        assertEquals(listOf("own/my-mug", 2, 0.9f, true), with(again) { listOf(mid, pictures, likeness, saysLittle) })
        assertEquals(
            "Cat",
            fake
                .classify(frame)
                .headline
                ?.label
                ?.name,
        )
        fake.useTaught(set)
        val seen = fake.classify(frame)
        assertEquals("my MUG", set.list().single().name)
        assertEquals("a name that it does not see", "Cat", seen.headline?.label?.name)
        set.rename(again.mid, "My mug")
        assertEquals(
            "My mug" to true,
            fake
                .classify(frame)
                .headline
                ?.label
                ?.let { it.name to it.isTaught },
        )
        fake.sees("Dog" to 0.55f)
        assertEquals("fake/3", fake.teach(set, "dog", frame).mid)
        set.rename("fake/3", "Dog")
        set.remove("own/my-mug")
        val dog =
            fake
                .classify(frame)
                .labels
                .first { it.label.mid == "fake/3" }
                .label
        assertEquals("the better of the two stays", true to listOf(1), dog.isTaught to dog.parents)
        val file = File.createTempFile("mine", ".taught").apply { deleteOnExit() }
        set.save(file)
        assertEquals(set.list().map { it.pictures }, fake.openTaughtLabels(file).list().map { it.pictures })
    }

    /** What goes wrong goes wrong under the same names; so do labels come and go. */
    @Test
    fun taughtLabelsAreOfAKindWithTheRealOnes() {
        fun story(
            classifier: Classifier,
            photo: Bitmap,
        ): List<Any?> {
            val told = ArrayList<Any?>()
            val set = classifier.newTaughtLabels()
            told.add(with(classifier.teach(set, "My Mug", photo)) { listOf(mid, name, pictures, likeness, saysLittle) })
            classifier.teach(set, "Other", photo)
            classifier.useTaught(set)
            val named = classifier.classify(photo).labels.filter { it.label.isTaught }
            told.add(named.map { it.label.index >= classifier.labels.size })
            told.add(code { classifier.teach(set, " ", photo) })
            told.add(code { set.remove("own/none") })
            told.add(code { set.removePicture("own/other", 1) })
            told.add(code { set.rename("own/other", "") })
            set.rename("own/other", "Another")
            told.add(set.list().map { listOf(it.mid, it.name, it.pictures.size) })
            val more = classifier.readTaughtLabels(set.toBytes())
            set.removePicture("own/my-mug", 0)
            told.add(set.list().map { it.mid })
            set.addAll(more)
            told.add(set.list().map { it.mid })
            told.add(code { classifier.readTaughtLabels(ByteArray(9)) })
            told.add(code { classifier.openTaughtLabels(File("/none")) })
            told.add(code { set.save(File("/none/at/all")) })
            set.close()
            told.add(code { set.list() })
            told.add(code { classifier.useTaught(set) })
            told.add(classifier.classify(photo).labels.count { it.label.isTaught })
            classifier.useTaught(null)
            told.add(classifier.classify(photo).labels.count { it.label.isTaught })
            more.close()
            return told
        }
        val photo = Bitmap.createBitmap(64, 48, Bitmap.Config.ARGB_8888).apply { eraseColor(0xFF305090.toInt()) }
        val fake = FakeClassifier().apply { seesTaught("My Mug" to 0.9f, "Other" to 0.8f, "Another" to 0.8f) }
        demo().use { real -> assertEquals(story(real, photo), story(fake, photo)) }
    }

    private fun shown(seen: Classification) = listOf(seen.labels, seen.headline, seen.guess)

    @Test
    fun ranksAsTheRealOne() {
        demo().use { real ->
            val fake = FakeClassifier(real.model)
            val random = Random(SEED)
            repeat(ROUNDS) { round ->
                // few that are sure, then many, some with the same value
                val power = 1 + round % 6
                val values = FloatArray(real.labels.size) { 1f }
                repeat(power) { for (i in values.indices) values[i] *= random.nextInt(STEPS + 1) / STEPS.toFloat() }
                val some = List(round % 4) { real.labels[random.nextInt(real.labels.size)].mid }
                val options = ClassifyOptions(5, round % 3 * 0.3f, some, some.drop(1))
                assertEquals("round $round", shown(real.rank(values)), shown(fake.rank(values)))
                assertEquals("round $round", shown(real.rank(values, options)), shown(fake.rank(values, options)))
                assertEquals(real.legacyScoreText(values), fake.legacyScoreText(values))
            }
            for (bad in listOf(ClassifyOptions(leastScore = 2f), ClassifyOptions(allow = listOf("none")))) {
                val probabilities = FloatArray(real.labels.size)
                assertEquals(code { real.rank(probabilities, bad) }, code { fake.rank(probabilities, bad) })
            }
            val none = ClassifyOptions(topK = -1)
            val values = FloatArray(real.labels.size)
            assertEquals(shown(real.rank(values, none)), shown(fake.rank(values, none)))
        }
    }

    private companion object {
        const val SEED = 1
        const val ROUNDS = 200
        const val STEPS = 40
    }
}

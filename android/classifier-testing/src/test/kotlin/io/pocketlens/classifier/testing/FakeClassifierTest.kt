package io.pocketlens.classifier.testing

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

    private fun shown(seen: Classification) = listOf(seen.labels, seen.headline, seen.guess, seen.isConfident)

    @Test
    fun ranksAsTheRealOne() {
        val demo = File(System.getProperty("pocketlens.root").orEmpty(), "build/packages/mobilenetv2-openimages")
        Classifier.open(demo).use { real ->
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

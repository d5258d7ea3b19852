package io.pocketlens.device

import io.pocketlens.classifier.Classification
import io.pocketlens.classifier.Classifier
import org.junit.After
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Before
import org.junit.Test
import java.nio.ByteBuffer
import java.nio.ByteOrder
import java.security.MessageDigest
import kotlin.math.abs

/** The phone gives the oracle's tensors bit for bit and its scores within the package's tolerance. */
open class GoldenTest {
    private lateinit var classifier: Classifier
    private lateinit var cases: List<GoldenCase>

    @Before
    fun open() {
        classifier = Device.openClassifier()
        cases = GoldenCase.all()
        assertTrue("there are golden cases", cases.size >= 10)
    }

    @After
    fun close() = classifier.close()

    @Test
    fun tensorsAreEqual() {
        for (case in cases) {
            val tensor = tensor(case)
            for ((index, expected) in case.samples) {
                assertEquals("${case.name}: tensor[$index]", expected, tensor[index], 0f)
            }
            assertEquals("${case.name}: SHA-256 of the tensor", case.tensorSha256, sha256(tensor))
        }
    }

    @Test
    fun rawScoresAreWithinTheTolerance() {
        val tolerance = maxOf(classifier.model.parityTolerance, cases.first().tolerance)
        for (case in cases) {
            val expected = case.outputs ?: continue
            val found = classify(case).probabilities
            assertEquals("${case.name}: outputs", expected.size, found.size)
            val worst = expected.indices.maxOf { abs(expected[it] - found[it]) }
            assertTrue("${case.name}: outputs differ by $worst, at most $tolerance", worst <= tolerance)
        }
    }

    @Test
    fun bestLabelsAreEqual() {
        for (case in cases.filter { it.top.isNotEmpty() }) {
            val found = classify(case).probabilities
            val best = found.indices.sortedByDescending { found[it] }.take(case.top.size)
            assertEquals(case.name, case.top, best.map { classifier.labels[it].mid })
        }
    }

    @Test
    fun theFirstPictureIsACat() {
        val cat = cases.first { it.name == "cat" }
        val best = classify(cat).labels.map { it.label.name }
        assertTrue("a cat must be among $best", "Cat" in best)
    }

    private fun classify(case: GoldenCase): Classification {
        val frame = case.yuvFrame()
        return if (frame == null) case.photo().use { classifier.classify(it) } else classifier.classify(frame)
    }

    private fun tensor(case: GoldenCase): FloatArray {
        val frame = case.yuvFrame()
        return if (frame == null) case.photo().use { classifier.inputTensor(it) } else classifier.inputTensor(frame)
    }
}

/** SHA-256 over a tensor's values as little-endian float32, in hexadecimal. */
internal fun sha256(tensor: FloatArray): String {
    val bytes = ByteBuffer.allocate(Float.SIZE_BYTES * tensor.size).order(ByteOrder.LITTLE_ENDIAN)
    bytes.asFloatBuffer().put(tensor)
    val digest = MessageDigest.getInstance("SHA-256").digest(bytes.array())
    return digest.joinToString("") { "%02x".format(it) }
}

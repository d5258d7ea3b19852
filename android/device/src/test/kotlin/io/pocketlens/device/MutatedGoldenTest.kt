package io.pocketlens.device

import org.junit.Assert.assertNotEquals
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import kotlin.math.abs

/** A golden that is wrong by one bit or one swapped picture must be noticed. */
@RunWith(RobolectricTestRunner::class)
class MutatedGoldenTest {
    @Test
    fun oneBitOfATensorChangesItsHash() {
        val case = GoldenCase.all().first()
        val tensor = Device.openClassifier().use { it.inputTensor(case.photo()) }
        tensor[tensor.size / 2] = Float.fromBits(tensor[tensor.size / 2].toRawBits() xor 1)
        assertNotEquals(case.tensorSha256, sha256(tensor))
    }

    @Test
    fun anotherPicturesScoresAreOutOfTolerance() {
        val (cat, panda) = GoldenCase.all()
        val found = Device.openClassifier().use { it.classify(cat.photo()).probabilities }
        val expected = checkNotNull(panda.outputs)
        assertTrue(expected.indices.maxOf { abs(expected[it] - found[it]) } > 100 * cat.tolerance)
    }
}

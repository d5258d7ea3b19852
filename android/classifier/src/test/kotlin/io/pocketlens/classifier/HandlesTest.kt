package io.pocketlens.classifier

import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import java.nio.ByteBuffer
import java.util.concurrent.ConcurrentLinkedQueue
import java.util.concurrent.atomic.AtomicInteger
import kotlin.concurrent.thread

/** Handles: invented, closed and used by many threads at once; nothing of it may crash. */
@RunWith(RobolectricTestRunner::class)
class HandlesTest {
    private val cat by lazy { TestFiles.photo("cat.png") }
    private val buffer = ByteBuffer.allocateDirect(64)
    private val layout = intArrayOf(8, 4, 0, 0, 0, 0, 8, 1, 4, 1, 4, 1)

    @Test
    fun inventedHandlesAreClosed() {
        NativeLibrary.load()
        for (handle in listOf(0L, -1L, 12345678L, Long.MAX_VALUE, Long.MIN_VALUE)) {
            for ((name, call) in callsWith(handle)) {
                assertEquals("$name($handle)", ErrorCode.CLOSED, failure(call))
            }
            NativeCalls.close(handle)
        }
    }

    @Test
    fun aClosedClassifierStaysClosed() {
        val classifier = Classifier.open(TestFiles.demo)
        classifier.close()
        classifier.close()
        assertEquals(ErrorCode.CLOSED, failure { classifier.classify(cat) })
        assertEquals(ErrorCode.CLOSED, failure { classifier.names("de") })
        assertEquals(601, classifier.labels.size)
    }

    @Test
    fun aHandleThatCannotBeDescribedIsClosed() {
        NativeLibrary.load()
        val handle = NativeCalls.open(TestFiles.demo.path, 1, 0, false, 0, "", 1.0)
        assertEquals(601, NativeCalls.describe(handle).mids.size)
        val failed = runCatching { OpenPackage.opened(handle) { throw OutOfMemoryError("in the test") } }
        assertTrue(failed.exceptionOrNull() is OutOfMemoryError)
        assertEquals(ErrorCode.CLOSED, failure { NativeCalls.describe(handle) })
    }

    @Test
    fun manyThreadsGetTheSameAnswer() {
        Classifier.open(TestFiles.demo).use { classifier ->
            val expected = classifier.classify(cat).probabilities.asList()
            val answers = ConcurrentLinkedQueue<List<Float>>()
            val threads =
                List(THREADS) {
                    thread { repeat(CALLS) { answers.add(classifier.classify(cat).probabilities.asList()) } }
                }
            threads.forEach { it.join() }
            assertEquals(THREADS * CALLS, answers.size)
            assertTrue(answers.all { it == expected })
        }
    }

    @Test
    fun closingWhileOthersClassifyIsClosedAndNothingElse() {
        repeat(ROUNDS) {
            val classifier = Classifier.open(TestFiles.demo)
            val unexpected = ConcurrentLinkedQueue<Throwable>()
            val done = AtomicInteger()
            val threads = List(THREADS) { thread { classifyUntilClosed(classifier, done, unexpected) } }
            while (done.get() < THREADS) Thread.sleep(1)
            classifier.close()
            threads.forEach { it.join() }
            assertEquals(emptyList<Throwable>(), unexpected.toList())
        }
    }

    @Test
    fun severalModelsAtOnce() {
        val first = Classifier.open(TestFiles.demo)
        val second = Classifier.open(TestFiles.demo, ClassifierSettings(threads = 1))
        val expected =
            first
                .classify(cat)
                .labels
                .first()
                .label
        first.close()
        assertEquals(
            expected.mid,
            second
                .classify(cat)
                .labels
                .first()
                .label.mid,
        )
        second.close()
    }

    private fun classifyUntilClosed(
        classifier: Classifier,
        done: AtomicInteger,
        unexpected: MutableCollection<Throwable>,
    ) {
        try {
            while (true) {
                classifier.classify(cat)
                done.incrementAndGet()
            }
        } catch (error: ClassifierException) {
            if (error.code != ErrorCode.CLOSED) unexpected.add(error)
        }
    }

    private fun callsWith(handle: Long): List<Pair<String, () -> Unit>> =
        listOf(
            "describe" to { NativeCalls.describe(handle) },
            "names" to { NativeCalls.names(handle, "de") },
            "classifyBitmap" to { NativeCalls.classifyBitmap(handle, cat, 0, false, null, 5, 0f, null, null) },
            "classifyPlanes" to {
                NativeCalls.classifyPlanes(handle, buffer, buffer, buffer, layout, null, 5, 0f, null, null)
            },
            "preprocessBitmap" to { NativeCalls.preprocessBitmap(handle, cat, 0, false, null) },
            "preprocessPlanes" to { NativeCalls.preprocessPlanes(handle, buffer, buffer, buffer, layout, null) },
            "runTensor" to { NativeCalls.runTensor(handle, FloatArray(3)) },
            "rank" to { NativeCalls.rank(handle, FloatArray(601), null, 5, 0f, null, null) },
            "legacyScoreText" to { NativeCalls.legacyScoreText(handle, FloatArray(601)) },
        ).map { (name, call) -> name to { call() } }

    private companion object {
        const val THREADS = 4
        const val CALLS = 10
        const val ROUNDS = 5
    }
}

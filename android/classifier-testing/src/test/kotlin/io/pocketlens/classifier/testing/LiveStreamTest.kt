package io.pocketlens.classifier.testing

import io.pocketlens.classifier.Classification
import io.pocketlens.classifier.Classifier
import io.pocketlens.classifier.ClassifierException
import io.pocketlens.classifier.ClassifyOptions
import io.pocketlens.classifier.ErrorCode
import io.pocketlens.classifier.LiveResult
import io.pocketlens.classifier.LiveStream
import io.pocketlens.classifier.Smoothing
import io.pocketlens.classifier.YuvFrame
import io.pocketlens.classifier.YuvPlane
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Test
import java.nio.ByteBuffer
import java.util.ArrayDeque
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.CopyOnWriteArrayList
import java.util.concurrent.Executor
import java.util.concurrent.RejectedExecutionException
import java.util.concurrent.atomic.AtomicInteger
import kotlin.concurrent.thread
import kotlin.math.exp

/** The stream's promises, with a fake in the model's place and work that a test runs when it likes. */
class LiveStreamTest {
    private class Work : Executor {
        val waiting = ArrayDeque<Runnable>()

        override fun execute(command: Runnable) {
            waiting.add(command)
        }

        fun run() {
            while (waiting.isNotEmpty()) waiting.remove().run()
        }
    }

    private class Heard : LiveStream.Listener {
        val results = CopyOnWriteArrayList<LiveResult>()
        val errors = CopyOnWriteArrayList<ErrorCode>()
        var then: () -> Unit = {}

        override fun onResult(result: LiveResult) {
            results.add(result)
            then()
        }

        override fun onError(error: ClassifierException) {
            errors.add(error.code)
        }

        val times get() = results.map { it.timestampNanos }
    }

    private val plane = YuvPlane(ByteBuffer.allocateDirect(4), 2, 1)
    private val frame = YuvFrame(2, 2, plane, plane, plane)
    private val fake = FakeClassifier()
    private val work = Work()
    private val heard = Heard()
    private val back = ConcurrentHashMap<Long, AtomicInteger>()

    private fun stream(
        classifier: Classifier = fake,
        options: ClassifyOptions = ClassifyOptions(),
        smoothing: Smoothing? = null,
    ) = LiveStream(classifier, heard, options, smoothing, work)

    private fun LiveStream.give(timestamp: Long) {
        back[timestamp] = AtomicInteger()
        offer(frame, timestamp) { back.getValue(timestamp).incrementAndGet() }
    }

    private fun givenBack() = back.toSortedMap().values.map { it.get() }

    @Test
    fun onlyTheNewestWaitsAndEachIsGivenBackOnce() {
        val live = stream()
        live.give(1)
        live.give(2)
        live.give(3)
        assertEquals(listOf(1, 1, 0), givenBack())
        work.run()
        assertEquals(listOf(3L), heard.times)
        live.give(4)
        work.run()
        assertEquals(listOf(3L, 4L), heard.times)
        assertEquals(listOf(1, 1, 1, 1), givenBack())
        assertEquals(2L, live.droppedFrames)
        assertEquals(2, fake.pictures)
    }

    @Test
    fun aFrameThatComesWhileOneIsReadWaits() {
        var live: LiveStream? = null
        val busy =
            object : Classifier by fake {
                override fun classify(
                    frame: YuvFrame,
                    options: ClassifyOptions,
                ): Classification {
                    if (fake.pictures == 0) for (time in 2L..4L) live?.give(time)
                    return fake.classify(frame, options)
                }
            }
        live = stream(busy)
        live.give(1)
        work.run()
        assertEquals(listOf(1L, 4L), heard.times)
        assertEquals(listOf(1, 1, 1, 1), givenBack())
    }

    @Test
    fun timestampsThatDoNotRiseAreErrorsAndTheStreamGoesOn() {
        val live = stream()
        for (time in listOf(5L, 5L, 3L, 6L)) {
            live.give(time)
            work.run()
        }
        assertEquals(listOf(5L, 6L), heard.times)
        assertEquals(listOf(ErrorCode.BAD_FRAME, ErrorCode.BAD_FRAME), heard.errors)
    }

    @Test
    fun smoothsOverTheFramesTimesAndRanksTheMean() {
        val live = stream(options = ClassifyOptions(deny = listOf("Animal")), smoothing = Smoothing(100.0, 500.0))
        val times = listOf(0L, 50L, 1000L)
        val seen = listOf("Cat" to 1f, "Dog" to 1f, "Dog" to 1f)
        for ((time, sight) in times.zip(seen)) {
            fake.sees(sight, "Animal" to 1f)
            live.give(time * NANOS)
            work.run()
        }
        val share = (1 - exp(-0.5)).toFloat()
        val cat = heard.results.map { it.classification.probabilities[2] }
        assertEquals(listOf(1f, 1f - share, 0f), cat)
        assertEquals(
            "Cat",
            heard.results[1]
                .classification.headline
                ?.label
                ?.name,
        )
        assertEquals(
            "after a gap the scene is another",
            "Dog",
            heard.results[2]
                .classification.headline
                ?.label
                ?.name,
        )
        assertTrue(heard.results.all { result -> result.classification.labels.none { it.label.name == "Animal" } })
    }

    @Test
    fun settlesEquallyFastAtEveryFrameRate() {
        val settled =
            listOf(10L, 200L).map { step ->
                heard.results.clear()
                val live = stream(smoothing = Smoothing(100.0, 500.0))
                for (time in 0L..200L step step) {
                    fake.sees(if (time == 0L) "Cat" to 1f else "Dog" to 1f)
                    live.give(time * NANOS)
                    work.run()
                }
                heard.results
                    .last()
                    .classification.probabilities[3]
            }
        assertEquals((1 - exp(-2.0)).toFloat(), settled[0], 1e-5f)
        assertEquals(settled[0], settled[1], 1e-5f)
    }

    @Test
    fun aListenerThatThrowsLosesItsAnswerOnly() {
        val live = stream()
        heard.then = { if (heard.results.size == 1) error("in the test") }
        live.give(1)
        assertTrue(runCatching { work.run() }.isFailure)
        live.give(2)
        work.run()
        assertEquals(listOf(1L, 2L), heard.times)
        assertEquals(listOf(1, 1), givenBack())
    }

    @Test
    fun failuresAreToldAndAClosedClassifierEndsTheStream() {
        val live = stream()
        fake.failure = ClassifierException(ErrorCode.PREDICT_FAILED, "in the test")
        live.give(1)
        work.run()
        fake.failure = null
        live.give(2)
        work.run()
        fake.close()
        live.give(3)
        work.run()
        live.give(4)
        work.run()
        assertEquals(listOf(2L), heard.times)
        assertEquals(listOf(ErrorCode.PREDICT_FAILED, ErrorCode.CLOSED), heard.errors)
        assertEquals(listOf(1, 1, 1, 1), givenBack())
    }

    @Test
    fun closingFromTheListenerEndsIt() {
        val live = stream()
        heard.then = live::close
        live.give(1)
        work.run()
        live.give(2)
        work.run()
        live.close()
        assertEquals(listOf(1L), heard.times)
        assertEquals(listOf(1, 1), givenBack())
    }

    @Test
    fun anExecutorThatTakesNothingGivesTheFramesBack() {
        val live = LiveStream(fake, heard, executor = { throw RejectedExecutionException("in the test") })
        live.give(1)
        live.give(2)
        assertEquals(listOf(1, 1), givenBack())
    }

    @Test
    fun manyThreadsAndAThreadOfItsOwn() {
        repeat(ROUNDS) { round ->
            val live = LiveStream(fake, heard)
            val clock = AtomicInteger()
            val threads = List(THREADS) { thread { repeat(FRAMES) { live.give(clock.incrementAndGet().toLong()) } } }
            if (round % 2 == 0) threads.forEach { it.join() }
            live.close()
            threads.forEach { it.join() }
            val end = System.nanoTime() + PATIENCE_NANOS
            while (givenBack().any { it == 0 } && System.nanoTime() < end) Thread.sleep(1)
            assertTrue(givenBack().all { it == 1 })
            assertEquals(THREADS * FRAMES, back.size)
            back.clear()
        }
    }

    private companion object {
        const val NANOS = 1_000_000L
        const val ROUNDS = 20
        const val THREADS = 4
        const val FRAMES = 50
        const val PATIENCE_NANOS = 10_000_000_000L
    }
}

package io.pocketlens.classifier.coroutines

import io.pocketlens.classifier.Classification
import io.pocketlens.classifier.Classifier
import io.pocketlens.classifier.ClassifierException
import io.pocketlens.classifier.ClassifyOptions
import io.pocketlens.classifier.ErrorCode
import io.pocketlens.classifier.LiveStream
import io.pocketlens.classifier.YuvFrame
import io.pocketlens.classifier.YuvPlane
import io.pocketlens.classifier.testing.FakeClassifier
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.take
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import org.junit.Assert.assertEquals
import org.junit.Assert.assertNotEquals
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import java.io.File
import java.nio.ByteBuffer
import java.util.concurrent.CountDownLatch
import java.util.concurrent.atomic.AtomicInteger
import kotlin.concurrent.thread

/** Suspending calls and the flow of a live stream. On Android as ReadmeTest, for one class loader has the core. */
@RunWith(RobolectricTestRunner::class)
class CoroutinesTest {
    private val plane = YuvPlane(ByteBuffer.allocateDirect(4), 2, 1)
    private val frame = YuvFrame(2, 2, plane, plane, plane)
    private val fake = FakeClassifier().apply { sees("Animal" to 0.9f, "Mammal" to 0.88f, "Dog" to 0.87f) }

    @Test
    fun classifiesOffTheCallersThread() =
        runBlocking {
            var thread: Thread? = null
            val watched =
                object : Classifier by fake {
                    override fun classify(
                        frame: YuvFrame,
                        options: ClassifyOptions,
                    ): Classification = fake.classify(frame, options).also { thread = Thread.currentThread() }
                }
            val seen = watched.awaitClassify(frame, ClassifyOptions(topK = 1))
            assertEquals("Dog", seen.headline?.label?.name)
            assertEquals(1, seen.labels.size)
            assertNotEquals(Thread.currentThread(), thread)
        }

    @Test
    fun failuresAreThrownToTheCaller() =
        runBlocking {
            fake.failure = ClassifierException(ErrorCode.PREDICT_FAILED, "in the test")
            val error = runCatching { fake.awaitClassify(frame) }.exceptionOrNull() as ClassifierException
            assertEquals(ErrorCode.PREDICT_FAILED, error.code)
        }

    @Test
    fun openingFailsByName() =
        runBlocking {
            val error = runCatching { Classifier.awaitOpen(File("/none")) }.exceptionOrNull()
            assertTrue("$error", error is ClassifierException)
        }

    @Test
    fun whatWasOpenedForACancelledCallerIsClosed() =
        runBlocking {
            val opening = CountDownLatch(1)
            val go = CountDownLatch(1)
            val waiting =
                launch {
                    opened(Dispatchers.IO) {
                        opening.countDown()
                        go.await()
                        fake
                    }
                }
            launch(Dispatchers.IO) {
                opening.await()
                waiting.cancel()
                go.countDown()
            }.join()
            waiting.join()
            assertTrue(fake.isClosed)
        }

    @Test
    fun teachesSavesAndOpensOffTheCallersThread() =
        runBlocking {
            val set = fake.newTaughtLabels()
            val told = fake.awaitTeach(set, "My mug", frame)
            assertEquals("My mug" to 1, told.name to told.pictures)
            assertEquals(2, fake.awaitTeach(set, "My mug", frame).pictures)
            val file = File.createTempFile("mine", ".taught").apply { deleteOnExit() }
            set.awaitSave(file)
            assertEquals(set.list().map { it.pictures }, fake.awaitOpenTaughtLabels(file).list().map { it.pictures })
            assertEquals(1, fake.awaitReadTaughtLabels(set.toBytes()).list().size)
            val error = runCatching { fake.awaitOpenTaughtLabels(File("/none")) }.exceptionOrNull()
            assertEquals(ErrorCode.MISSING_FILE, (error as ClassifierException).code)
        }

    @Test
    fun aFlowOfAnswersComesInOrderAndEndsTheStream() =
        runBlocking {
            val released = AtomicInteger()
            val offered = AtomicInteger()
            var stream: LiveStream? = null
            val results =
                fake
                    .liveResults { live ->
                        stream = live
                        thread {
                            repeat(FRAMES) {
                                live.offer(frame, offered.incrementAndGet().toLong()) { released.incrementAndGet() }
                                Thread.sleep(1)
                            }
                        }
                    }.take(ANSWERS)
                    .toList()
            assertEquals(ANSWERS, results.size)
            assertTrue(results.zipWithNext().all { (a, b) -> a.timestampNanos < b.timestampNanos })
            assertEquals(
                "Dog",
                results
                    .last()
                    .classification.headline
                    ?.label
                    ?.name,
            )
            while (offered.get() < FRAMES || released.get() < FRAMES) Thread.sleep(1)
            val before = fake.pictures
            stream?.offer(frame, Long.MAX_VALUE) { released.incrementAndGet() }
            assertEquals("the stream is closed", FRAMES + 1, released.get())
            assertEquals(before, fake.pictures)
        }

    @Test
    fun aFailureEndsTheFlow() =
        runBlocking {
            fake.failure = ClassifierException(ErrorCode.OUT_OF_MEMORY, "in the test")
            val answer = runCatching { fake.liveResults { it.offer(frame, 1) }.first() }
            assertEquals(ErrorCode.OUT_OF_MEMORY, (answer.exceptionOrNull() as ClassifierException).code)
        }

    @Test
    fun aCancelledCollectorClosesTheStream() =
        runBlocking {
            val started = CountDownLatch(1)
            var stream: LiveStream? = null
            val collecting =
                async(Dispatchers.IO) {
                    fake
                        .liveResults {
                            stream = it
                            started.countDown()
                        }.collect { }
                }
            started.await()
            collecting.cancelAndJoin()
            val released = AtomicInteger()
            stream?.offer(frame, 1) { released.incrementAndGet() }
            assertEquals(1, released.get())
        }

    private companion object {
        const val FRAMES = 200
        const val ANSWERS = 5
    }
}

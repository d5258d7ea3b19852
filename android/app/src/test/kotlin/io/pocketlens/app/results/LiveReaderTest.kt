package io.pocketlens.app.results

import io.pocketlens.app.perf.StageClock
import io.pocketlens.app.testing.FakeModel
import io.pocketlens.app.testing.TestApp
import io.pocketlens.classifier.ClassifierException
import io.pocketlens.classifier.ErrorCode
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.flow.update
import kotlinx.coroutines.launch
import org.junit.After
import org.junit.Assert.assertEquals
import org.junit.Assert.assertNotSame
import org.junit.Assert.assertNull
import org.junit.Before
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.annotation.Config
import java.util.concurrent.Executor

/** What is told of a camera's frames, with work that a test runs when it likes. */
@RunWith(RobolectricTestRunner::class)
@Config(application = TestApp::class)
class LiveReaderTest {
    private val phone get() = TestApp.phone
    private val work = ArrayDeque<Runnable>()
    private val engine = Executor(work::add)
    private val stages = StageClock()
    private val reader by lazy { LiveReader(phone.models, engine, stages) { phone.clock } }
    private var listening: Job? = null

    @Before
    fun openTheModel() {
        listening = CoroutineScope(Dispatchers.Main.immediate).launch { phone.models.state.collect {} }
        phone.settle()
    }

    @After
    fun everyFrameWentBack() {
        reader.restart()
        run()
        listening?.cancel()
        assertEquals(phone.frames.lent, phone.frames.returned)
    }

    private fun offer(afterMs: Long = 33) {
        phone.clock += afterMs
        reader.offer(phone.frames.frame())
    }

    private fun run() {
        while (work.isNotEmpty()) work.removeFirst().run()
    }

    private fun headline() =
        reader.reading.value
            ?.headline
            ?.sure
            ?.label
            ?.name

    @Test
    fun frameByFrameTheAnswerSettles() {
        offer()
        run()
        assertEquals("Cat", headline())
        phone.opener.sees = FakeModel.dog()
        offer()
        run()
        assertEquals("one frame is no other scene", "Cat", headline())
        repeat(60) {
            offer()
            run()
        }
        assertEquals("Dog", headline())
        assertEquals(62, stages.count)
    }

    @Test
    fun anotherSceneShowsAtOnceAndWhatWaitedIsNotTold() {
        offer()
        run()
        phone.opener.sees = FakeModel.dog()
        offer()
        reader.restart()
        assertNull(reader.reading.value)
        run()
        assertNull("it belongs to the scene before", reader.reading.value)
        offer()
        run()
        assertEquals("Dog", headline())
    }

    @Test
    fun framesThatAreNotReadAreCountedOverAllScenes() {
        repeat(3) { offer() }
        reader.restart()
        repeat(2) { offer() }
        run()
        assertEquals(3, reader.droppedFrames)
    }

    @Test
    fun anotherModelBeginsAnew() {
        offer()
        run()
        val before = reader.reading.value?.model
        phone.settings.stored.update { it.copy(threads = 4) }
        phone.settle()
        phone.opener.sees = FakeModel.dog()
        offer()
        run()
        assertNotSame(before, reader.reading.value?.model)
        assertEquals("nothing is mixed with what another model saw", "Dog", headline())
    }

    @Test
    fun withoutAModelFramesGoBackAtOnce() {
        phone.opener.refusal = ClassifierException(ErrorCode.OUT_OF_MEMORY, "full")
        phone.models.reload()
        phone.settle()
        offer()
        assertEquals(0, work.size)
        assertEquals(phone.frames.lent, phone.frames.returned)
    }
}

package io.pocketlens.app.camera

import io.pocketlens.app.testing.FrameMaker
import io.pocketlens.app.testing.ManualExecutor
import org.junit.Assert.assertEquals
import org.junit.Assert.assertSame
import org.junit.Assert.assertTrue
import org.junit.Test
import java.util.concurrent.CountDownLatch
import java.util.concurrent.Executors
import java.util.concurrent.TimeUnit
import java.util.concurrent.atomic.AtomicInteger

class FrameGateTest {
    private val worker = ManualExecutor()
    private val maker = FrameMaker()
    private val read = ArrayList<CameraFrame>()
    private val gate = FrameGate(worker, read::add)

    @Test
    fun readsEveryFrameWhenThereIsTime() {
        repeat(3) {
            gate.offer(maker.frame())
            worker.runOne()
        }
        assertEquals(3, read.size)
        assertEquals(3, maker.returned)
        assertEquals(0, gate.droppedFrames)
    }

    @Test
    fun keepsOnlyTheNewestWhileBusy() {
        val frames = List(5) { maker.frame() }
        frames.forEach(gate::offer)
        assertEquals("at most one waits", 4, maker.returned)
        worker.runOne()
        assertSame(frames.last(), read.single())
        assertEquals(4, gate.droppedFrames)
        assertEquals("nothing queues up", 0, worker.size)
    }

    @Test
    fun aFrameThatCameWhileReadingIsReadNext() {
        val late = maker.frame()
        var first = true
        val gate =
            FrameGate(worker) {
                read.add(it)
                if (first) gateOf(late)
                first = false
            }
        pending = gate
        gate.offer(maker.frame())
        while (worker.runOne()) Unit
        assertSame(late, read.last())
        assertEquals(2, read.size)
        assertEquals(2, maker.returned)
    }

    private var pending: FrameGate? = null

    private fun gateOf(frame: CameraFrame) = pending?.offer(frame)

    @Test
    fun givesEverythingBackWhenClosed() {
        gate.offer(maker.frame())
        gate.close()
        gate.offer(maker.frame())
        while (worker.runOne()) Unit
        assertEquals(0, read.size)
        assertEquals(maker.lent, maker.returned)
    }

    @Test
    fun aReaderThatThrowsLosesItsFrameOnly() {
        val gate = FrameGate(worker) { if (read.add(it) && read.size == 1) error("broken picture") }
        gate.offer(maker.frame())
        assertTrue(runCatching { worker.runOne() }.isFailure)
        gate.offer(maker.frame())
        worker.runOne()
        assertEquals(2, read.size)
        assertEquals(2, maker.returned)
    }

    @Test
    fun survivesAWorkerThatIsGone() {
        val executor = Executors.newSingleThreadExecutor().apply { shutdown() }
        FrameGate(executor, read::add).offer(maker.frame())
        assertEquals(1, maker.returned)
    }

    @Test
    fun losesNothingBetweenThreads() {
        val executor = Executors.newSingleThreadExecutor()
        val lent = AtomicInteger()
        val back = AtomicInteger()
        val seen = AtomicInteger()
        val gate = FrameGate(executor) { seen.incrementAndGet() }
        val cameras = List(3) { Thread { repeat(2000) { gate.offer(counted(lent, back)) } } }
        cameras.forEach(Thread::start)
        cameras.forEach(Thread::join)
        val done = CountDownLatch(1)
        executor.execute { executor.execute(done::countDown) }
        assertTrue(done.await(10, TimeUnit.SECONDS))
        gate.close()
        executor.shutdown()
        assertTrue(executor.awaitTermination(10, TimeUnit.SECONDS))
        assertEquals(6000, lent.get())
        assertEquals("every frame goes back", lent.get(), back.get())
        assertEquals("every frame is read or dropped", 6000L, seen.get() + gate.droppedFrames)
        assertTrue(seen.get() > 0)
    }

    private fun counted(
        lent: AtomicInteger,
        back: AtomicInteger,
    ): CameraFrame {
        lent.incrementAndGet()
        return CameraFrame(maker.frame().picture) { back.incrementAndGet() }
    }
}

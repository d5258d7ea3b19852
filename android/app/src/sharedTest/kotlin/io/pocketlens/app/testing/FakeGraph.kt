package io.pocketlens.app.testing

import io.pocketlens.app.AppGraph
import io.pocketlens.app.PocketlensApp
import io.pocketlens.app.perf.Heat
import io.pocketlens.app.perf.Thermometer

/** A phone in which a test decides everything, the time included. */
class FakeGraph : AppGraph {
    override val workers = FakeWorkers()
    override val cameras = FakeCameras()
    override val opener = FakeOpener()
    override val models = FakeModelStore()
    override val settings = FakeSettings()
    override val permissions = FakePermissionMemory()
    override val photos = FakePhotos()
    override var thermometer = Thermometer { Heat.NONE }
    val frames = FrameMaker()
    private var clock = 10_000L

    override fun now(): Long = clock

    fun passes(milliseconds: Long) {
        clock += milliseconds
    }

    fun settle() = workers.settle()

    /** The open camera delivers [count] frames, [everyMs] apart, and each is read. */
    fun sees(
        count: Int = 1,
        everyMs: Long = 33,
    ) = repeat(count) {
        passes(everyMs)
        cameras.current?.delivers(frames.frame())
        settle()
    }
}

/** The app on that phone. */
open class TestApp : PocketlensApp() {
    val fakes = FakeGraph()
    override val graph: AppGraph get() = fakes
}

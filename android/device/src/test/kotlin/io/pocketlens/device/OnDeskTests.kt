package io.pocketlens.device

import androidx.test.platform.app.InstrumentationRegistry
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner

// The device's test classes, run in a JVM with the real native core; the camera stays on the phone.

private fun useDesk() = Device.use(InstrumentationRegistry.getInstrumentation())

@RunWith(RobolectricTestRunner::class)
class GoldenOnDeskTest : GoldenTest() {
    init {
        useDesk()
    }
}

@RunWith(RobolectricTestRunner::class)
class LatencyOnDeskTest : LatencyTest() {
    init {
        useDesk()
    }
}

@RunWith(RobolectricTestRunner::class)
class OpenCloseOnDeskTest : OpenCloseTest() {
    override val times = 40

    init {
        useDesk()
    }
}

@RunWith(RobolectricTestRunner::class)
class PackageRefusalOnDeskTest : PackageRefusalTest() {
    init {
        useDesk()
    }
}

@RunWith(RobolectricTestRunner::class)
class RotationOnDeskTest : RotationTest() {
    init {
        useDesk()
    }
}

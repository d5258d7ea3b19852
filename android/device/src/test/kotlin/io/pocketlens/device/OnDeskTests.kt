package io.pocketlens.device

import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner

// The device's test classes, run in a JVM with the real native core; the camera stays on the phone.

@RunWith(RobolectricTestRunner::class)
class GoldenOnDeskTest : GoldenTest()

@RunWith(RobolectricTestRunner::class)
class LatencyOnDeskTest : LatencyTest()

@RunWith(RobolectricTestRunner::class)
class OpenCloseOnDeskTest : OpenCloseTest() {
    override val times = 40
}

@RunWith(RobolectricTestRunner::class)
class PackageRefusalOnDeskTest : PackageRefusalTest()

@RunWith(RobolectricTestRunner::class)
class RotationOnDeskTest : RotationTest()

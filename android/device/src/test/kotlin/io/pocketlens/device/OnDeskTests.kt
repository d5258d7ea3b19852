package io.pocketlens.device

import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import java.io.File

// The device's test classes, run in a JVM with the real native core; the camera stays on the phone.

@RunWith(RobolectricTestRunner::class)
class GoldenOnDeskTest : GoldenTest()

@RunWith(RobolectricTestRunner::class)
class LatencyOnDeskTest : LatencyTest()

@RunWith(RobolectricTestRunner::class)
class OpenCloseOnDeskTest : OpenCloseTest() {
    override val times = 40

    /** All that is resident: this JVM's heap is so from the start (`jvm.heap` in its pom.xml), so it does not grow. */
    override fun nativeKilobytes(): Long =
        File("/proc/self/status")
            .readLines()
            .first { it.startsWith("VmRSS:") }
            .filter(Char::isDigit)
            .toLong()
}

@RunWith(RobolectricTestRunner::class)
class PackageRefusalOnDeskTest : PackageRefusalTest()

@RunWith(RobolectricTestRunner::class)
class RotationOnDeskTest : RotationTest()

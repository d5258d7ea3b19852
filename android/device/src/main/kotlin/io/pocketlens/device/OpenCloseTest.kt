package io.pocketlens.device

import android.graphics.Bitmap
import io.pocketlens.classifier.ClassifierException
import io.pocketlens.classifier.ErrorCode
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Test
import java.io.File

/** Opening and closing again and again takes no memory with it. */
open class OpenCloseTest {
    /** How often the model is opened and closed; the desk's run is shorter. */
    protected open val times: Int = 200

    @Test
    fun againAndAgainWithoutGrowth() {
        val picture = GoldenCase.all().first().photo()
        repeat(WARM_UP) { openClassifyClose(picture.bitmap) }
        val before = residentKilobytes()
        repeat(times) { openClassifyClose(picture.bitmap) }
        val growth = residentKilobytes() - before
        assertTrue("resident memory grew by $growth KB in $times rounds", growth < MAX_GROWTH_KB)
    }

    @Test
    fun aClosedClassifierSaysSo() {
        val classifier = Device.openClassifier()
        classifier.close()
        classifier.close()
        val picture = GoldenCase.all().first().photo()
        val error = runCatching { classifier.classify(picture) }.exceptionOrNull()
        assertEquals(ErrorCode.CLOSED, (error as ClassifierException).code)
    }

    private fun openClassifyClose(bitmap: Bitmap) {
        Device.openClassifier().use { classifier -> classifier.classify(bitmap) }
    }

    /** Without what Java holds ready and does not use: how much that is depends on how busy the machine is. */
    @Suppress("ExplicitGarbageCollectionCall") // What nobody holds must not count.
    private fun residentKilobytes(): Long {
        System.gc()
        val line = File("/proc/self/status").readLines().first { it.startsWith("VmRSS:") }
        return line.filter { it.isDigit() }.toLong() - Runtime.getRuntime().freeMemory() / BYTES
    }

    private companion object {
        const val WARM_UP = 20
        const val BYTES = 1024

        /** A leaked model alone would be 16 MB a round; the heap may breathe. */
        const val MAX_GROWTH_KB = 64 * 1024
    }
}

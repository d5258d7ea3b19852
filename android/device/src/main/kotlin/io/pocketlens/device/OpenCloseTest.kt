package io.pocketlens.device

import android.graphics.Bitmap
import android.os.Debug
import io.pocketlens.classifier.ClassifierException
import io.pocketlens.classifier.ErrorCode
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Test

/** Opening and closing again and again takes no memory with it. */
open class OpenCloseTest {
    /** How often the model is opened and closed; the desk's run is shorter. */
    protected open val times: Int = 200

    @Test
    fun againAndAgainWithoutGrowth() {
        val picture = GoldenCase.all().first().photo()
        repeat(WARM_UP) { openClassifyClose(picture.bitmap) }
        val before = nativeKilobytes()
        repeat(times) { openClassifyClose(picture.bitmap) }
        val growth = nativeKilobytes() - before
        assertTrue("native memory grew by $growth KB in $times rounds", growth < MAX_GROWTH_KB)
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

    /**
     * What the process holds outside Java, in KB. Not its resident memory: Java's heap is a part of that, and how
     * much of the heap has been touched hangs on the collector and on how busy the machine is.
     */
    protected open fun nativeKilobytes(): Long = Debug.getNativeHeapAllocatedSize() / BYTES

    private companion object {
        const val WARM_UP = 20
        const val BYTES = 1024

        /** A leaked model alone would be 16 MB a round; what freed memory leaves behind may differ. */
        const val MAX_GROWTH_KB = 64 * 1024
    }
}

package io.pocketlens.classifier

import org.junit.Assert.assertEquals
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner

/** A library that is not there, or is no library, is a named error. */
@RunWith(RobolectricTestRunner::class)
class NativeLibraryTest {
    @Test
    fun aMissingLibraryIsSaid() {
        assertEquals(ErrorCode.LIBRARY_MISSING, failure { NativeLibrary.loadFrom("/no/such/libpocketlens.so") })
    }

    @Test
    fun whatIsNoLibraryIsSaid() {
        val text = TestFiles.root.resolve("LICENSE")
        assertEquals(ErrorCode.LIBRARY_MISSING, failure { NativeLibrary.loadFrom(text.path) })
    }

    @Test
    fun loadingAgainDoesNothing() {
        NativeLibrary.load()
        NativeLibrary.load()
        assertEquals(true, Classifier.runtimeVersion().isNotEmpty())
    }
}

package io.pocketlens.app.photo

import android.net.Uri
import androidx.lifecycle.SavedStateHandle
import io.pocketlens.app.RealModelApp
import io.pocketlens.app.answer.Answer
import io.pocketlens.app.testing.TestApp
import io.pocketlens.app.ui.Trouble
import io.pocketlens.classifier.ErrorCode
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Rule
import org.junit.Test
import org.junit.rules.TemporaryFolder
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.annotation.Config
import java.io.File
import kotlin.concurrent.thread

/** Photos as large as phones make them, and broken ones, through the app's real decoder and model. */
@RunWith(RobolectricTestRunner::class)
@Config(application = RealModelApp::class, sdk = [34])
class LargePhotoTest {
    @get:Rule
    val folder = TemporaryFolder()

    private val root = File(System.getProperty("pocketlens.root").orEmpty())
    private val model by lazy { PhotoViewModel(TestApp.phone.graph, SavedStateHandle()) }

    private fun open(photo: File) {
        model.open(Uri.fromFile(photo))
        TestApp.phone.settle()
    }

    private fun headline() = ((model.uiState.value.page as PhotoPage.Shown).answer as Answer.Sure).headline.name

    /** The cat on a hundred million pixels, made by Pillow. */
    private fun enormousCat(): File {
        val target = folder.newFile("enormous.jpg")
        val script =
            "from PIL import Image; import sys; " +
                "Image.open(sys.argv[1]).convert('RGB').resize(($WIDTH, $HEIGHT), Image.Resampling.NEAREST)" +
                ".save(sys.argv[2], quality=80)"
        val python = File(root, ".venv/bin/python").path
        val cat = File(root, "tests/data/photos/cat.png").path
        val done = ProcessBuilder(python, "-c", script, cat, target.path).inheritIO().start().waitFor()
        assertEquals("Pillow could not make the photo", 0, done)
        return target
    }

    /** By how many bytes this process grows at most while [work] is done. */
    private fun growth(work: () -> Unit): Long {
        val before = resident()
        var most = before
        var going = true
        val watch =
            thread(name = "memory") {
                while (going) {
                    most = maxOf(most, resident())
                    Thread.sleep(2)
                }
            }
        try {
            work()
        } finally {
            going = false
            watch.join()
        }
        return most - before
    }

    /** Without what Java holds ready and does not use. */
    private fun resident(): Long =
        File("/proc/self/statm").readText().split(" ")[1].toLong() * PAGE - Runtime.getRuntime().freeMemory()

    @Test
    fun aHundredMegapixelsAreNamedInBoundedMemory() {
        val photo = enormousCat()
        open(File(root, "tests/data/photos/cat.png"))
        val grown = growth { open(photo) }
        assertEquals("Cat", headline())
        val shown = checkNotNull((model.uiState.value.page as PhotoPage.Shown).picture)
        assertTrue("no larger than the screen needs", maxOf(shown.width, shown.height) <= SHOWN)
        assertTrue("grew by $grown bytes, all pixels are $ALL_PIXELS", grown < ALL_PIXELS / 2)
    }

    @Test
    fun brokenPhotosAreSaidAndTheNextOneWorks() {
        val whole = File(root, "tests/data/photos/cat.png").readBytes()
        val broken =
            mapOf(
                "empty.jpg" to ByteArray(0),
                "text.jpg" to "no photo".toByteArray(),
                "header.png" to whole.copyOf(HEADER),
                "garbage.jpg" to ByteArray(10_000) { (it * 31).toByte() },
            )
        for ((name, bytes) in broken) {
            open(folder.newFile(name).apply { writeBytes(bytes) })
            val problem = model.uiState.value.page as PhotoPage.Problem
            assertEquals(name, ErrorCode.UNREADABLE_PHOTO, (problem.trouble as Trouble.Photo).details.code)
        }
        open(File(root, "tests/data/photos/cat.png"))
        assertEquals("Cat", headline())
    }

    private companion object {
        const val WIDTH = 11_600
        const val HEIGHT = 8_700
        const val ALL_PIXELS = 4L * WIDTH * HEIGHT
        const val HEADER = 30
        const val SHOWN = 1600
        const val PAGE = 4096
    }
}

package io.pocketlens.app.photo

import android.net.Uri
import android.view.View
import android.widget.ImageView
import android.widget.TextView
import io.pocketlens.app.MainActivity
import io.pocketlens.app.R
import io.pocketlens.app.RealModelApp
import io.pocketlens.app.golden.Screens
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

/** Photos as large as phones make them, and broken ones, through the app with its real decoder and model. */
@RunWith(RobolectricTestRunner::class)
@Config(application = RealModelApp::class, qualifiers = "w411dp-h891dp-port-xhdpi")
class LargePhotoTest {
    @get:Rule
    val folder = TemporaryFolder()

    private val root = File(System.getProperty("pocketlens.root").orEmpty())

    private fun live(): MainActivity {
        Screens.grantCamera()
        val activity = Screens.main().get()
        Screens.runs(frames = 0)
        return activity
    }

    private fun MainActivity.text(id: Int) = requireViewById<TextView>(id).text.toString()

    private fun MainActivity.opens(photo: File) {
        onNewIntent(Screens.share(Uri.fromFile(photo)))
        Screens.idle()
    }

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
        val activity = live()
        val grown = growth { activity.opens(photo) }
        assertEquals("", activity.text(R.id.page_message))
        assertEquals("Cat", activity.text(R.id.headline))
        val shown = activity.requireViewById<ImageView>(R.id.still).drawable
        assertTrue("no larger than the screen needs", maxOf(shown.intrinsicWidth, shown.intrinsicHeight) <= SHOWN)
        assertTrue("grew by $grown bytes, all pixels are $ALL_PIXELS", grown < ALL_PIXELS / 2)
    }

    @Test
    fun brokenPhotosAreSaidAndLeft() {
        val whole = File(root, "tests/data/photos/cat.png").readBytes()
        val broken =
            mapOf(
                "empty.jpg" to ByteArray(0),
                "text.jpg" to "no photo".toByteArray(),
                "header.png" to whole.copyOf(HEADER),
                "garbage.jpg" to ByteArray(10_000) { (it * 31).toByte() },
            )
        val activity = live()
        for ((name, bytes) in broken) {
            activity.opens(folder.newFile(name).apply { writeBytes(bytes) })
            assertEquals(name, View.VISIBLE, activity.requireViewById<View>(R.id.page).visibility)
            assertEquals(name, "unreadable_photo", activity.text(R.id.page_code))
            activity.backToCamera()
            Screens.idle()
            assertEquals(name, View.GONE, activity.requireViewById<View>(R.id.page).visibility)
        }
        activity.opens(File(root, "tests/data/photos/cat.png"))
        assertEquals("and the next one works", "Cat", activity.text(R.id.headline))
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

package io.pocketlens.sample

import android.app.Activity
import android.content.Intent
import android.net.Uri
import android.os.Looper
import android.view.View
import android.widget.TextView
import io.pocketlens.classifier.ClassifierException
import io.pocketlens.classifier.ErrorCode
import io.pocketlens.classifier.testing.FakeClassifier
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Rule
import org.junit.Test
import org.junit.rules.TemporaryFolder
import org.junit.runner.RunWith
import org.robolectric.Robolectric
import org.robolectric.RobolectricTestRunner
import org.robolectric.Shadows.shadowOf
import java.io.File

/** From a chosen photo to names on the screen, with the real library and the demo's package. */
@RunWith(RobolectricTestRunner::class)
class MainActivityTest {
    @get:Rule
    val folder = TemporaryFolder()

    private val controller = Robolectric.buildActivity(MainActivity::class.java).setup()

    private fun answerTo(photo: File): String {
        val activity = controller.get()
        val answer = activity.requireViewById<TextView>(R.id.answer)
        answer.text = ""
        activity.requireViewById<View>(R.id.choose).performClick()
        val asked = shadowOf(activity).nextStartedActivityForResult.intent
        assertEquals(Intent.ACTION_GET_CONTENT, asked.action)
        shadowOf(activity).receiveResult(asked, Activity.RESULT_OK, Intent().setData(Uri.fromFile(photo)))
        val end = System.nanoTime() + PATIENCE_NANOS
        while (answer.text.isEmpty() && System.nanoTime() < end) {
            shadowOf(Looper.getMainLooper()).idle()
            Thread.sleep(PAUSE_MILLIS)
        }
        return answer.text.toString()
    }

    @Test
    fun aChosenPhotoIsNamedAndADamagedOneSaysSo() {
        val cat = answerTo(File(System.getProperty("pocketlens.root"), "tests/data/photos/cat.png"))
        assertTrue(cat, cat.startsWith("Cat\n\n") && cat.lines().size == LINES)
        val damaged = folder.newFile("photo.png").apply { writeText("no photo") }
        val said = answerTo(damaged)
        assertTrue(said, said.contains("damaged"))
        controller.destroy()
    }

    /** What an adopter's own tests look like: no model, no native library, any answer and any failure. */
    @Test
    fun withAFakeClassifier() {
        val fake = FakeClassifier()
        val real = MainActivity.open
        MainActivity.open = { fake }
        try {
            val photo = File(System.getProperty("pocketlens.root"), "tests/data/photos/cat.png")
            fake.sees("Animal" to 0.9f, "Mammal" to 0.85f, "Dog" to 0.8f)
            assertTrue(answerTo(photo).startsWith("Dog\n\n"))
            fake.failure = ClassifierException(ErrorCode.OUT_OF_MEMORY, "There is not enough memory.")
            assertEquals("There is not enough memory.", answerTo(photo))
        } finally {
            MainActivity.open = real
        }
    }

    private companion object {
        const val LINES = 7 // the headline, an empty line and five labels
        const val PATIENCE_NANOS = 300_000_000_000L
        const val PAUSE_MILLIS = 20L
    }
}

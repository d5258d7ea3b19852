package io.pocketlens.app

import android.app.Activity
import android.content.Intent
import android.net.Uri
import android.os.Looper
import android.view.accessibility.AccessibilityManager
import org.junit.Assert.fail
import org.junit.Before
import org.junit.Rule
import org.junit.Test
import org.junit.rules.TemporaryFolder
import org.junit.runner.RunWith
import org.robolectric.Robolectric
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config
import java.io.File

/**
 * The app as it is shipped, with its own threads, real library and real model. Nothing but the names
 * in the manifest is asked for, so that the same class runs over the release's shrunk and renamed
 * classes too: `android/headless/build.sh test` does that once the release is built. Texts are read as
 * TalkBack reads them.
 */
@RunWith(RobolectricTestRunner::class)
@Config(sdk = [34], qualifiers = "w411dp-h891dp-port-xhdpi")
class ReleaseTest {
    @get:Rule
    val folder = TemporaryFolder()
    private val cat = File(System.getProperty("pocketlens.root"), "tests/data/photos/cat.png")

    @Before
    fun listen() {
        val app = RuntimeEnvironment.getApplication()
        shadowOf(app.getSystemService(AccessibilityManager::class.java)).setEnabled(true)
    }

    private fun start(
        name: String,
        intent: Intent,
    ): Activity {
        val type = Class.forName("io.pocketlens.app.$name").asSubclass(Activity::class.java)
        return Robolectric.buildActivity(type, intent).setup().get()
    }

    private fun Activity.says(expected: String) {
        val end = System.nanoTime() + PATIENCE_NANOS
        var all = emptyList<String>()
        while (System.nanoTime() < end) {
            // One by one: an animation without an end is never done.
            repeat(TASKS) { shadowOf(Looper.getMainLooper()).runOneTask() }
            all = Spoken.by(window.decorView)
            if (all.any { expected in it }) return
            Thread.sleep(PAUSE_MILLIS)
        }
        fail("$expected is not among $all")
    }

    @Test
    fun namesASharedPhoto() {
        val share = Intent(Intent.ACTION_SEND).setType("image/png").putExtra(Intent.EXTRA_STREAM, Uri.fromFile(cat))
        start("photo.PhotoActivity", share).says("I see: Cat")
    }

    @Test
    fun asksForTheCamera() = start("MainActivity", Intent()).says("Show me something")

    @Test
    fun errorsAreSaid() {
        val zip = folder.newFile("holiday.zip").apply { writeText("no package") }
        val activity = start("importing.ImportActivity", Intent(Intent.ACTION_VIEW, Uri.fromFile(zip)))
        activity.says("This model was not added")
    }

    @Test
    fun settingsAreShown() = start("settings.SettingsActivity", Intent()).says("601 Open Images labels")

    @Test
    fun historyIsShown() = start("history.HistoryActivity", Intent()).says("Nothing saved yet")

    private companion object {
        const val PATIENCE_NANOS = 120_000_000_000L
        const val PAUSE_MILLIS = 20L
        const val TASKS = 100
    }
}

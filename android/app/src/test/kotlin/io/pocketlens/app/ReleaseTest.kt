package io.pocketlens.app

import android.app.Activity
import android.content.Intent
import android.net.Uri
import android.os.Looper
import android.view.View
import android.view.ViewGroup
import android.widget.TextView
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertTrue
import org.junit.Rule
import org.junit.Test
import org.junit.rules.TemporaryFolder
import org.junit.runner.RunWith
import org.robolectric.Robolectric
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config
import org.robolectric.shadows.ShadowDialog
import java.io.File

/**
 * The app as it is shipped, with its own threads, real library and real model. Everything is asked for
 * by the names in manifest and layouts, so that the same class runs over the release's shrunk and
 * renamed classes too: `android/headless/build.sh test` does that once the release is built.
 */
@RunWith(RobolectricTestRunner::class)
@Config(qualifiers = "w411dp-h891dp-port-xhdpi")
class ReleaseTest {
    @get:Rule
    val folder = TemporaryFolder()

    private val context get() = RuntimeEnvironment.getApplication()
    private val cat = File(System.getProperty("pocketlens.root"), "tests/data/photos/cat.png")

    private fun start(
        name: String,
        intent: Intent,
    ): Activity {
        val type = Class.forName("io.pocketlens.app.$name").asSubclass(Activity::class.java)
        return Robolectric.buildActivity(type, intent).setup().get()
    }

    private fun <T : View> Activity.view(name: String): T =
        requireViewById(resources.getIdentifier(name, "id", packageName))

    private fun Activity.text(name: String): String = view<TextView>(name).text.toString()

    private fun Activity.becomes(
        name: String,
        expected: String,
    ) {
        val end = System.nanoTime() + PATIENCE_NANOS
        while (text(name) != expected && System.nanoTime() < end) {
            shadowOf(Looper.getMainLooper()).idle()
            Thread.sleep(PAUSE_MILLIS)
        }
        assertEquals(expected, text(name))
    }

    @Test
    fun namesASharedPhoto() {
        val share = Intent(Intent.ACTION_SEND).setType("image/png").putExtra(Intent.EXTRA_STREAM, Uri.fromFile(cat))
        val activity = start("MainActivity", share)
        activity.becomes("headline", "Cat")
        assertTrue(activity.text("path"), activity.text("path").startsWith("Animal › Mammal › Carnivore"))
        val rows = activity.view<ViewGroup>("rows")
        assertEquals(5, rows.childCount)
        rows.getChildAt(0).performClick()
        val label = ShadowDialog.getLatestDialog()
        assertTrue(label.isShowing)
        activity.view<View>("performance").performClick()
        assertFalse("one sheet at a time", label.isShowing)
        assertTrue(ShadowDialog.getLatestDialog().isShowing)
        activity.view<View>("back").performClick()
        activity.becomes("page_title", "Show me something")
        activity.view<View>("page_first").performClick()
        val asked = shadowOf(activity).lastRequestedPermission.requestedPermissions
        assertEquals(listOf("android.permission.CAMERA"), asked.toList())
    }

    @Test
    fun errorsKeepTheirNames() {
        val zip = folder.newFile("holiday.zip").apply { writeText("no package") }
        val activity = start("ImportActivity", Intent(Intent.ACTION_VIEW, Uri.fromFile(zip)))
        activity.becomes("page_code", "bad_archive")
    }

    @Test
    fun settingsAreShownAndKept() {
        val activity = start("SettingsActivity", Intent())
        val end = System.nanoTime() + PATIENCE_NANOS
        val sections = activity.view<ViewGroup>("settings_sections")
        while (sections.visibility != View.VISIBLE && System.nanoTime() < end) {
            shadowOf(Looper.getMainLooper()).idle()
            Thread.sleep(PAUSE_MILLIS)
        }
        assertEquals(View.VISIBLE, sections.visibility)
        assertEquals(5, sections.childCount)
        val bars = ArrayList<View>()
        val id = activity.resources.getIdentifier("choice_options", "id", activity.packageName)
        for (i in 0 until sections.childCount) bars += choices(sections.getChildAt(i) as ViewGroup, id)
        for (bar in bars.map { it as ViewGroup }) {
            bar.getChildAt(2).performClick()
            assertEquals(listOf(false, false, true), List(bar.childCount) { bar.getChildAt(it).isSelected })
        }
        assertEquals("labels, strictness, threads", 3, bars.size)
        assertEquals("io.pocketlens.app.PocketlensApp", context.javaClass.name)
    }

    private fun choices(
        group: ViewGroup,
        id: Int,
    ): List<View> =
        (0 until group.childCount).map(group::getChildAt).flatMap {
            if (it.id == id) listOf(it) else (it as? ViewGroup)?.let { inner -> choices(inner, id) }.orEmpty()
        }

    private companion object {
        const val PATIENCE_NANOS = 300_000_000_000L
        const val PAUSE_MILLIS = 20L
    }
}

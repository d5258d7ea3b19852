package io.pocketlens.app

import android.Manifest
import android.content.ClipboardManager
import android.content.pm.PackageManager
import android.view.View
import android.view.ViewGroup
import android.widget.ImageButton
import android.widget.TextView
import io.pocketlens.app.golden.Screens
import io.pocketlens.app.testing.FakeEngine
import io.pocketlens.app.testing.FakeOpener
import io.pocketlens.app.testing.TestApp
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config
import org.robolectric.shadows.ShadowDialog

@RunWith(RobolectricTestRunner::class)
@Config(application = TestApp::class, qualifiers = "w411dp-h891dp-port-xhdpi")
class MainActivityTest {
    private val graph get() = Screens.graph

    private fun live(): MainActivity {
        Screens.grantCamera()
        return Screens.main().get().also { Screens.runs() }
    }

    private fun MainActivity.text(id: Int) = requireViewById<TextView>(id).text.toString()

    @Test
    fun asksForTheCameraOnly() {
        val app = RuntimeEnvironment.getApplication()
        val asked =
            app.packageManager
                .getPackageInfo(
                    app.packageName,
                    PackageManager.GET_PERMISSIONS,
                ).requestedPermissions
        assertEquals(listOf(Manifest.permission.CAMERA), asked?.toList())
    }

    @Test
    fun asksWhenTheUserWants() {
        val activity = Screens.main().get()
        assertEquals("Show me something", activity.text(R.id.page_title))
        activity.requireViewById<View>(R.id.page_first).performClick()
        assertEquals(
            listOf(Manifest.permission.CAMERA),
            shadowOf(activity).lastRequestedPermission.requestedPermissions.toList(),
        )
        Screens.grantCamera()
        activity.onRequestPermissionsResult(
            2,
            arrayOf(Manifest.permission.CAMERA),
            intArrayOf(PackageManager.PERMISSION_GRANTED),
        )
        Screens.idle()
        assertEquals(1, graph.cameras.openCount)
        assertEquals(View.GONE, activity.requireViewById<View>(R.id.page).visibility)
    }

    @Test
    fun remembersARefusalForTheNextStart() {
        val activity = Screens.main().get()
        shadowOf(activity.packageManager).setShouldShowRequestPermissionRationale(Manifest.permission.CAMERA, true)
        activity.requireViewById<View>(R.id.page_first).performClick()
        graph.passes(3000)
        activity.onRequestPermissionsResult(
            2,
            arrayOf(Manifest.permission.CAMERA),
            intArrayOf(PackageManager.PERMISSION_DENIED),
        )
        Screens.idle()
        assertEquals("Without the camera", activity.text(R.id.page_title))
        assertTrue(graph.permissions.refusedBefore)
        shadowOf(activity.packageManager).setShouldShowRequestPermissionRationale(Manifest.permission.CAMERA, false)
        activity.requireViewById<View>(R.id.page_first).performClick()
        graph.passes(3000)
        activity.onRequestPermissionsResult(
            2,
            arrayOf(Manifest.permission.CAMERA),
            intArrayOf(PackageManager.PERMISSION_DENIED),
        )
        Screens.idle()
        assertEquals("The camera is switched off", activity.text(R.id.page_title))
        activity.requireViewById<View>(R.id.page_first).performClick()
        assertEquals("android.settings.APPLICATION_DETAILS_SETTINGS", shadowOf(activity).nextStartedActivity.action)
    }

    @Test
    fun readsAloudWhatItShows() {
        val activity = live()
        assertEquals("Cat", activity.text(R.id.headline))
        assertEquals("Animal › Mammal › Carnivore", activity.text(R.id.path))
        val rows = activity.requireViewById<ViewGroup>(R.id.rows)
        assertEquals("Animal, 97%, sure", rows.getChildAt(0).contentDescription)
        assertEquals("Pillow, 34%, not sure", rows.getChildAt(4).contentDescription)
        for (id in listOf(R.id.torch, R.id.shutter, R.id.photo, R.id.switch_camera, R.id.settings, R.id.performance)) {
            val button: ImageButton = activity.requireViewById(id)
            assertFalse("a button without words", button.contentDescription.isNullOrEmpty())
            assertTrue("a button too small to hit", button.minimumSide() >= 48)
        }
    }

    private fun View.minimumSide() = minOf(width, height) / resources.displayMetrics.density

    @Test
    fun announcesWithoutChatter() {
        val activity = live()
        val said = ArrayList<String>()
        val region: TextView = activity.requireViewById(R.id.announcement)
        assertEquals(View.ACCESSIBILITY_LIVE_REGION_POLITE, region.accessibilityLiveRegion)
        repeat(300) {
            graph.opener.probabilities = if (it % 4 < 2) FakeOpener.cat() else FakeOpener.dog()
            if (it > 100) graph.opener.probabilities = FakeOpener.nothing()
            graph.sees()
            val text = region.text.toString()
            if (text.isNotEmpty() && text != said.lastOrNull()) said.add(text)
        }
        assertTrue("$said", said.size in 1..2)
        assertEquals("Not sure what this is", said.last())
    }

    @Test
    fun backLeavesAHeldPictureBeforeItLeavesTheApp() {
        val activity = live()
        activity.requireViewById<View>(R.id.shutter).performClick()
        Screens.idle()
        assertEquals("Held", activity.text(R.id.lens_note))
        activity.backToCamera()
        Screens.idle()
        assertEquals(View.GONE, activity.requireViewById<View>(R.id.lens_note).visibility)
        assertFalse(activity.isFinishing)
    }

    @Test
    fun theSheetStaysThroughARotation() {
        Screens.grantCamera()
        val controller = Screens.main()
        Screens.runs()
        controller.get().openLabel(FakeEngine.CAT)
        val before = ShadowDialog.getLatestDialog()
        controller.recreate()
        val after = ShadowDialog.getLatestDialog()
        assertFalse(before.isShowing)
        assertTrue(after !== before && after.isShowing)
        after.cancel()
        Screens.idle()
        controller.recreate()
        assertFalse("put away for good", ShadowDialog.getLatestDialog().isShowing)
    }

    @Test
    fun copiesThePerformanceAsText() {
        val activity = live()
        activity.openPerformance()
        ShadowDialog.getLatestDialog().requireViewById<View>(R.id.performance_copy).performClick()
        val clipboard = activity.getSystemService(ClipboardManager::class.java)
        val text =
            clipboard.primaryClip
                ?.getItemAt(0)
                ?.text
                .toString()
        for (part in listOf(
            "Inference: 7.10 / 7.10 / 7.10",
            "mobilenetv2-openimages 1.0.0",
            "MindSpore Lite: 2.0.0",
            "Threads: 2",
        )) {
            assertTrue("$part in\n$text", part in text)
        }
    }
}

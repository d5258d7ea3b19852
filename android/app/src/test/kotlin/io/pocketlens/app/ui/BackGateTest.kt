package io.pocketlens.app.ui

import android.app.Activity
import android.net.Uri
import android.view.View
import android.window.OnBackInvokedCallback
import io.pocketlens.app.MainActivity
import io.pocketlens.app.R
import io.pocketlens.app.golden.Screens
import io.pocketlens.app.testing.TestApp
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertNotSame
import org.junit.Assert.assertSame
import org.junit.Assert.assertTrue
import org.junit.Before
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.Robolectric
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.android.controller.ActivityController
import org.robolectric.annotation.Config

/** Predictive back: the system has the gesture except while the screen itself has a way back. */
@RunWith(RobolectricTestRunner::class)
@Config(application = TestApp::class, qualifiers = "w411dp-h891dp-port-xhdpi", sdk = [34])
class BackGateTest {
    private val Activity.callback: OnBackInvokedCallback?
        get() = window.decorView.viewRootImpl.onBackInvokedDispatcher.topCallback

    private fun MainActivity.hold() {
        requireViewById<View>(R.id.shutter).performClick()
        Screens.idle()
    }

    private fun live(): ActivityController<MainActivity> {
        Screens.grantCamera()
        return Screens.main().also { Screens.runs() }
    }

    /** What a phone takes from the manifest; Robolectric's reader of manifests does not know it yet. */
    @Before
    fun predictiveBackIsOn() = RuntimeEnvironment.getApplication().applicationInfo.setEnableOnBackInvokedCallback(true)

    @Test
    fun theManifestAsksForPredictiveBack() {
        val manifest = RuntimeEnvironment.getApplication().assets.openXmlResourceParser("AndroidManifest.xml")
        while (manifest.name != "application") manifest.next()
        val name = "enableOnBackInvokedCallback"
        assertTrue(manifest.getAttributeBooleanValue("http://schemas.android.com/apk/res/android", name, false))
    }

    @Test
    fun aHeldPictureTakesTheGestureAndGivesItBack() {
        val activity = live().get()
        val systems = activity.callback
        activity.hold()
        val ours = activity.callback
        assertNotSame("while a picture is held", systems, ours)
        ours?.onBackInvoked()
        Screens.idle()
        assertSame("live again", systems, activity.callback)
        assertEquals(View.GONE, activity.requireViewById<View>(R.id.lens_note).visibility)
        assertFalse(activity.isFinishing)
    }

    @Test
    fun aPhotoTakesTheGestureOnceHoweverOftenItIsShown() {
        val activity = live().get()
        val systems = activity.callback
        activity.onNewIntent(Screens.share(Uri.parse("content://photos/1")))
        Screens.idle()
        val ours = activity.callback
        assertNotSame(systems, ours)
        activity.onNewIntent(Screens.share(Uri.parse("content://photos/2")))
        Screens.idle()
        assertSame("registered once", ours, activity.callback)
        activity.backToCamera()
        Screens.idle()
        assertSame(systems, activity.callback)
    }

    @Test
    fun aRotationHandsTheGestureToTheNewScreen() {
        val controller = live()
        controller.get().hold()
        val before = controller.get().callback
        controller.recreate()
        Screens.idle()
        val after = controller.get()
        assertNotSame("the old screen is gone", before, after.callback)
        after.callback?.onBackInvoked()
        Screens.idle()
        assertEquals(View.GONE, after.requireViewById<View>(R.id.lens_note).visibility)
        assertFalse(after.isFinishing)
    }

    @Test
    fun withoutAReasonTheGestureStaysTheSystems() {
        val activity = Robolectric.buildActivity(Activity::class.java).setup().get()
        val systems = activity.callback
        var went = 0
        val gate = BackGate(activity) { went++ }
        gate.close(taken = false)
        assertSame(systems, activity.callback)
        assertFalse(gate.take())
        gate.close(taken = true)
        gate.close(taken = true)
        activity.callback?.onBackInvoked()
        assertTrue(gate.take())
        assertEquals(2, went)
        gate.close(taken = false)
        assertSame(systems, activity.callback)
    }
}

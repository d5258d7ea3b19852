package io.pocketlens.app.golden

import android.view.View
import io.pocketlens.app.MainActivity
import io.pocketlens.app.R
import io.pocketlens.app.testing.FakeEngine
import io.pocketlens.app.testing.TestApp
import io.pocketlens.classifier.Photo
import org.junit.Before
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.Robolectric
import org.robolectric.RobolectricTestRunner
import org.robolectric.annotation.Config
import org.robolectric.shadows.ShadowDialog

/** The camera screen's other states and its sheets. */
@RunWith(RobolectricTestRunner::class)
@Config(application = TestApp::class, qualifiers = Forms.PHONE)
class StateGoldenTest {
    private val graph get() = Screens.graph

    @Before
    fun permit() = Screens.grantCamera()

    @Test
    fun preparing() {
        val activity = Robolectric.buildActivity(MainActivity::class.java).setup().get()
        Screens.bars(activity)
        Golden.check("main-preparing", Screens.picture(activity))
    }

    @Test
    fun looking() {
        val activity = Screens.main().get()
        graph.cameras.current?.runs()
        Screens.show(activity, "opera-house.jpg")
        Golden.check("main-looking", Screens.picture(activity))
    }

    @Test
    fun held() {
        val activity = Screens.main().get()
        Screens.runs()
        activity.requireViewById<View>(R.id.shutter).performClick()
        Screens.show(activity, "cat.png")
        Golden.check("main-held", Screens.picture(activity))
    }

    @Test
    fun photo() {
        graph.photos.make = { Photo(Screens.photo("cat.png")) }
        val activity = Screens.main().get()
        activity.openPhoto()
        Golden.check("main-photo", Screens.picture(activity))
    }

    @Test
    @Config(qualifiers = Forms.PHONE_DARK)
    fun photoDark() {
        graph.photos.make = { Photo(Screens.photo("cat.png"), rotation = 90) }
        val activity = Screens.main().get()
        activity.openPhoto()
        Golden.check("main-photo-dark", Screens.picture(activity))
    }

    @Test
    fun labelSheet() = labelSheet("sheet-label")

    @Test
    @Config(qualifiers = Forms.PHONE_DARK)
    fun labelSheetDark() = labelSheet("sheet-label-dark")

    @Test
    fun performanceSheet() = performanceSheet("sheet-performance")

    @Test
    @Config(qualifiers = Forms.PHONE_LAND)
    fun performanceSheetLandscape() = performanceSheet("sheet-performance-landscape")

    private fun labelSheet(name: String) {
        val activity = Screens.main().get()
        Screens.runs()
        activity.openLabel(FakeEngine.CAT)
        Screens.show(activity, "cat.png")
        Golden.check(name, Screens.picture(activity, over = ShadowDialog.getLatestDialog()))
    }

    private fun performanceSheet(name: String) {
        val activity = Screens.main().get()
        for (i in 1..40) {
            graph.opener.preprocessMs = 0.3 + i % 5 * 0.05
            graph.opener.inferenceMs = 6.6 + i * i % 17 * 0.31
            Screens.runs()
        }
        activity.openPerformance()
        Screens.show(activity, "cat.png")
        Golden.check(name, Screens.picture(activity, over = ShadowDialog.getLatestDialog()))
    }

    private fun MainActivity.openPhoto() {
        onNewIntent(Screens.share())
        Screens.idle()
    }
}

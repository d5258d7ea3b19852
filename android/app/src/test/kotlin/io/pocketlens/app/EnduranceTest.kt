package io.pocketlens.app

import android.graphics.SurfaceTexture
import android.view.View
import android.widget.TextView
import io.pocketlens.app.golden.Screens
import io.pocketlens.app.testing.TestApp
import io.pocketlens.app.ui.ViewfinderView
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.android.controller.ActivityController
import org.robolectric.annotation.Config
import java.util.Random

/** Five hundred turns, pauses, holds and returns in a random but fixed order. */
@RunWith(RobolectricTestRunner::class)
@Config(application = TestApp::class, qualifiers = "w411dp-h891dp-port-xhdpi")
class EnduranceTest {
    private val graph get() = Screens.graph
    private val textures = ArrayList<SurfaceTexture>()
    private var shown: SurfaceTexture? = null

    @Test
    fun leaksNothingAndGetsStuckNowhere() {
        Screens.grantCamera()
        val controller = Screens.main()
        surface(controller)
        val random = Random(7)
        repeat(500) { step(controller, random) }
        assertEquals("loaded once for all", 1, graph.opener.opened.size)
        works(controller.get())
        lose(controller)
        controller.pause().stop().destroy()
        Screens.idle()
        assertEquals(0, graph.cameras.openCount)
        assertEquals(0, graph.opener.openCount)
        assertEquals("every frame went back", graph.frames.lent, graph.frames.returned)
        assertEquals(
            "every texture was released",
            emptySet<SurfaceTexture>(),
            textures.toSet() - graph.cameras.released.toSet(),
        )
    }

    private fun step(
        controller: ActivityController<MainActivity>,
        random: Random,
    ) {
        when (random.nextInt(5)) {
            0 -> turn(controller)
            1 ->
                controller
                    .pause()
                    .stop()
                    .start()
                    .resume()
            2 -> controller.pause().resume()
            3 -> controller.get().openLabel(0)
            else -> controller.get().requireViewById<View>(R.id.shutter).performClick()
        }
        if (random.nextBoolean()) Screens.runs()
        assertTrue("cameras open: ${graph.cameras.openCount}", graph.cameras.openCount <= 1)
        assertEquals("models open", 1, graph.opener.openCount)
    }

    private fun turn(controller: ActivityController<MainActivity>) {
        lose(controller)
        controller.recreate()
        surface(controller)
    }

    private fun works(activity: MainActivity) {
        activity.backToCamera()
        Screens.runs(frames = 30)
        assertEquals("Cat", activity.requireViewById<TextView>(R.id.headline).text.toString())
    }

    private fun surface(controller: ActivityController<MainActivity>) {
        shown = Screens.surface(controller.get()).also(textures::add)
    }

    private fun lose(controller: ActivityController<MainActivity>) {
        val view: ViewfinderView = controller.get().requireViewById(R.id.viewfinder)
        shown?.let(view::onSurfaceTextureDestroyed)
    }
}

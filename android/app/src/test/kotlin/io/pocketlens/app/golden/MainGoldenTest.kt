package io.pocketlens.app.golden

import io.pocketlens.app.settings.Settings
import io.pocketlens.app.testing.FakeOpener
import io.pocketlens.app.testing.TestApp
import org.junit.Before
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.annotation.Config

/** The camera screen on every form of device. */
@RunWith(RobolectricTestRunner::class)
@Config(application = TestApp::class, qualifiers = Forms.PHONE)
class MainGoldenTest {
    private val graph get() = Screens.graph

    @Before
    fun permit() = Screens.grantCamera()

    @Test
    fun sure() = shoot("main-sure", "cat.png")

    @Test
    @Config(qualifiers = Forms.PHONE_DARK)
    fun sureDark() = shoot("main-sure-dark", "cat.png")

    @Test
    @Config(qualifiers = Forms.PHONE_LAND)
    fun sureLandscape() = shoot("main-sure-landscape", "cat.png")

    @Test
    @Config(qualifiers = Forms.TABLET)
    fun sureTablet() = shoot("main-sure-tablet", "cat.png")

    @Test
    @Config(qualifiers = Forms.TABLET_LAND)
    fun sureTabletLandscape() = shoot("main-sure-tablet-landscape", "cat.png")

    @Test
    @Config(qualifiers = Forms.SMALL_PHONE)
    fun sureSmall() = shoot("main-sure-small", "cat.png")

    @Test
    fun largeFont() {
        RuntimeEnvironment.setFontScale(Forms.LARGE_FONT)
        shoot("main-sure-large-font", "cat.png")
    }

    @Test
    @Config(qualifiers = Forms.PHONE_RTL)
    fun rightToLeft() = shoot("main-sure-rtl", "cat.png")

    @Test
    @Config(qualifiers = Forms.PHONE_CHINESE)
    fun chinese() {
        graph.settings.stored = Settings(language = null)
        shoot("main-sure-chinese", "cat.png")
    }

    @Test
    fun unsure() {
        graph.opener.probabilities = FakeOpener.nothing()
        shoot("main-unsure", "dahlia.jpg")
    }

    @Test
    @Config(qualifiers = Forms.PHONE_LAND_DARK)
    fun unsureLandscapeDark() {
        graph.opener.probabilities = FakeOpener.nothing()
        shoot("main-unsure-landscape-dark", "dahlia.jpg")
    }

    private fun shoot(
        name: String,
        photo: String,
    ) {
        val activity = Screens.main().get()
        Screens.runs()
        Screens.show(activity, photo)
        Golden.check(name, Screens.picture(activity))
    }
}

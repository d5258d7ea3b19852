package io.pocketlens.app.golden

import android.app.Activity
import android.content.Intent
import android.net.Uri
import io.pocketlens.app.ImportActivity
import io.pocketlens.app.SettingsActivity
import io.pocketlens.app.testing.FakeModelStore
import io.pocketlens.app.testing.TestApp
import io.pocketlens.classifier.ClassifierException
import io.pocketlens.classifier.ErrorCode
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.Robolectric
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.annotation.Config

/** The settings and the import screen. */
@RunWith(RobolectricTestRunner::class)
@Config(application = TestApp::class, qualifiers = Forms.PHONE)
class OtherGoldenTest {
    private val graph get() = Screens.graph

    @Test
    @Config(qualifiers = "w411dp-h1480dp-port-notnight-xhdpi")
    fun settings() = settings("settings")

    @Test
    @Config(qualifiers = Forms.PHONE_DARK)
    fun settingsDark() = settings("settings-dark")

    @Test
    @Config(qualifiers = Forms.PHONE_CHINESE)
    fun settingsChinese() = settings("settings-chinese")

    @Test
    @Config(qualifiers = Forms.PHONE_RTL)
    fun settingsRightToLeft() = settings("settings-rtl")

    @Test
    @Config(qualifiers = Forms.TABLET_LAND)
    fun settingsTablet() = settings("settings-tablet-landscape")

    @Test
    fun settingsLargeFont() {
        RuntimeEnvironment.setFontScale(Forms.LARGE_FONT)
        settings("settings-large-font")
    }

    @Test
    fun importChecking() = Golden.check("import-checking", Screens.picture(import()))

    @Test
    fun importDone() = imported("import-done")

    @Test
    @Config(qualifiers = Forms.PHONE_DARK)
    fun importRefused() {
        graph.models.refusal =
            ClassifierException(
                ErrorCode.BAD_ARCHIVE,
                "holiday.zip has no end-of-directory record. Choose a package zip.",
            )
        imported("import-refused-dark")
    }

    private fun settings(name: String) {
        graph.models.stored += FakeModelStore.stored("my-flowers", "Flowers of my garden")
        val activity = Robolectric.buildActivity(SettingsActivity::class.java).setup().get()
        Screens.bars(activity)
        Screens.idle()
        Golden.check(name, Screens.picture(activity))
    }

    private fun imported(name: String) {
        val activity = import()
        Screens.idle()
        Golden.check(name, Screens.picture(activity))
    }

    private fun import(): Activity {
        val intent = Intent(Intent.ACTION_VIEW, Uri.parse("content://files/my-flowers.zip"))
        return Robolectric.buildActivity(ImportActivity::class.java, intent).setup().get()
    }
}

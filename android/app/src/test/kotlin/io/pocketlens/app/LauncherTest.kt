package io.pocketlens.app

import android.app.Application
import android.content.ComponentName
import android.content.Intent
import android.content.pm.PackageManager
import android.graphics.Bitmap
import android.graphics.Canvas
import android.graphics.Color
import android.provider.MediaStore
import androidx.compose.ui.draw.alpha
import androidx.test.core.app.ActivityScenario
import androidx.test.core.app.ApplicationProvider
import io.pocketlens.app.testing.TestApp
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config
import org.xmlpull.v1.XmlPullParser
import kotlin.math.hypot

/** What the launcher shows of the app. */
@RunWith(RobolectricTestRunner::class)
@Config(application = TestApp::class, sdk = [34])
class LauncherTest {
    private val app = ApplicationProvider.getApplicationContext<Application>()

    @Test
    fun theThemedIconIsMoreThanADisc() {
        val icon = checkNotNull(app.getDrawable(R.drawable.launcher_monochrome))
        val picture = Bitmap.createBitmap(108, 108, Bitmap.Config.ARGB_8888)
        icon.setBounds(0, 0, 108, 108)
        icon.draw(Canvas(picture))
        val inDisc =
            (30..77).flatMap { y -> (30..77).map { x -> x to y } }.filter { (x, y) ->
                hypot(x - 54.0, y - 54.0) <
                    22
            }
        val painted = inDisc.count { (x, y) -> Color.alpha(picture.getPixel(x, y)) > 128 }.toDouble() / inDisc.size
        assertTrue("$painted of the disc is painted", painted in .3..(.8))
    }

    @Test
    fun theLauncherFindsShortcutsToTheCameraAndToAPhoto() {
        val launched = ComponentName(app, MainActivity::class.java)
        val listed = app.packageManager.getActivityInfo(launched, PackageManager.GET_META_DATA)
        val shortcuts = checkNotNull(listed.loadXmlMetaData(app.packageManager, "android.app.shortcuts"))
        val actions = ArrayList<String>()
        while (shortcuts.next() != XmlPullParser.END_DOCUMENT) {
            if (shortcuts.eventType == XmlPullParser.START_TAG && shortcuts.name == "intent") {
                actions += shortcuts.getAttributeValue(NAMESPACE, "action")
                val target = shortcuts.getAttributeValue(NAMESPACE, "targetClass")
                assertEquals(MainActivity::class.java.name, target)
            }
        }
        assertEquals(listOf(Intent.ACTION_MAIN, CHOOSE_PHOTO), actions)
    }

    @Test
    fun theShortcutToAPhotoOpensThePicker() {
        val shortcut = Intent(app, MainActivity::class.java).setAction(CHOOSE_PHOTO)
        ActivityScenario.launch<MainActivity>(shortcut).use { scenario ->
            scenario.onActivity { activity ->
                val asked = shadowOf(activity).nextStartedActivityForResult.intent
                assertEquals(MediaStore.ACTION_PICK_IMAGES, asked.action)
            }
        }
    }

    private companion object {
        const val NAMESPACE = "http://schemas.android.com/apk/res/android"
        const val CHOOSE_PHOTO = "io.pocketlens.app.CHOOSE_PHOTO"
    }
}

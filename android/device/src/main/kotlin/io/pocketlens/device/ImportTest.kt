package io.pocketlens.device

import android.Manifest
import android.app.Activity
import android.content.Intent
import android.net.Uri
import androidx.test.core.app.ActivityScenario
import org.junit.Test

/** A model package that another app hands over, taken in by taps on the screen. */
open class ImportTest {
    /** What is looked at. */
    internal open val screen: Screen = AccessibleScreen()

    @Test
    fun aPackageIsTakenInAndNamesWhatTheCameraSees() {
        Device.grant(Manifest.permission.CAMERA)
        open("whole.zip").use {
            screen.await("the package was looked at") { says("import_ask_title") }
            // A package of this name may be there from an earlier run.
            screen.await("it is taken in") { tap(text("import_add")) || tap(text("import_replace")) }
            screen.await("it is there") { says("import_done_title") }
            screen.press("import_use")
            screen.await("the camera's picture is there") { says("viewfinder") && says("hold") }
        }
    }

    @Test
    fun aDamagedPackageIsRefused() {
        open("zip-half.zip").use {
            screen.await("it is refused") { says("import_refused_title") }
        }
    }

    private fun open(name: String): ActivityScenario<Activity> {
        val uri = Uri.parse("content://io.pocketlens.device.packages/$name")
        val view = Intent(Intent.ACTION_VIEW).setDataAndType(uri, "application/zip")
        return ActivityScenario.launch(view.setPackage(Device.app.packageName))
    }
}

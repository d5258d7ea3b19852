package io.pocketlens.device

import android.app.Instrumentation
import android.content.Context
import android.content.Intent
import android.os.ParcelFileDescriptor
import android.os.SystemClock
import androidx.test.platform.app.InstrumentationRegistry
import io.pocketlens.classifier.Classifier
import io.pocketlens.classifier.ClassifierSettings
import java.io.File

/** What the tests run on: the app's own context, and the files that travel in the test APK. */
internal object Device {
    /** The package that travels in the app's assets. */
    const val PACKAGE = "packages/mobilenetv2-openimages.zip"

    val instrumentation: Instrumentation get() = InstrumentationRegistry.getInstrumentation()

    /** The app that is tested. */
    val app: Context get() = instrumentation.targetContext

    /** Gives the app a permission, as a user would. */
    fun grant(permission: String) {
        val done = instrumentation.uiAutomation.executeShellCommand("pm grant ${app.packageName} $permission")
        ParcelFileDescriptor.AutoCloseInputStream(done).use { it.readBytes() } // until it is done
    }

    /** Turns the screen, as if the phone had been turned: one of [android.view.Surface]'s rotations. */
    fun turn(rotation: Int) {
        instrumentation.uiAutomation.setRotation(rotation)
        instrumentation.waitForIdleSync()
    }

    /** Lets time pass. */
    fun pause(milliseconds: Long) = SystemClock.sleep(milliseconds)

    /** What starts the app. */
    fun launchIntent(): Intent = checkNotNull(app.packageManager.getLaunchIntentForPackage(app.packageName))

    fun openClassifier(settings: ClassifierSettings = ClassifierSettings()): Classifier =
        Classifier.openAsset(app, PACKAGE, settings)

    /** The names of the files in an asset folder of the test APK. */
    fun testFiles(folder: String): List<String> =
        instrumentation.context.assets
            .list(folder)
            .orEmpty()
            .sorted()

    /** The bytes of a file in the test APK's assets. */
    fun testBytes(path: String): ByteArray =
        instrumentation.context.assets
            .open(path)
            .use { it.readBytes() }

    /** Writes a report where `make device-test` fetches it. */
    fun report(
        name: String,
        text: String,
    ): File = File(app.filesDir, name).apply { writeText(text) }
}

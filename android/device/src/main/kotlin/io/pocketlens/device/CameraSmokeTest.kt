package io.pocketlens.device

import android.content.Intent
import org.junit.Assert.assertFalse
import org.junit.Test

/** The app's camera screen starts, stays up for a while and goes away again. */
open class CameraSmokeTest {
    @Test
    fun theScreenComesUpAndStays() {
        val instrumentation = Device.instrumentation
        val launch = Device.app.packageManager.getLaunchIntentForPackage(Device.app.packageName)
        val intent = checkNotNull(launch).addFlags(Intent.FLAG_ACTIVITY_NEW_TASK)
        val activity = instrumentation.startActivitySync(intent)
        Thread.sleep(SECONDS_UP * 1000L)
        instrumentation.waitForIdleSync()
        assertFalse("the screen closed by itself", activity.isFinishing || activity.isDestroyed)
        instrumentation.runOnMainSync { activity.finish() }
        instrumentation.waitForIdleSync()
    }

    private companion object {
        const val SECONDS_UP = 3
    }
}

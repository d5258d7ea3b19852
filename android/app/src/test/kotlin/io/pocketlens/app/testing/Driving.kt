package io.pocketlens.app.testing

import android.content.Intent
import android.net.Uri
import androidx.compose.ui.test.junit4.ComposeTestRule
import androidx.lifecycle.SavedStateHandle
import androidx.test.core.app.ActivityScenario
import androidx.test.core.app.ApplicationProvider
import io.pocketlens.app.photo.PhotoActivity

/** Until the phone has nothing to do any more, and the screen shows it. */
fun ComposeTestRule.settle() {
    TestApp.phone.settle()
    waitForIdle()
}

/** What is left of it when the system has ended the process. */
fun SavedStateHandle.again() = SavedStateHandle(keys().associateWith { get<Any?>(it) })

/** Another app shares one photo with this one. */
fun sharePhoto(photo: Uri): ActivityScenario<PhotoActivity> =
    ActivityScenario.launch(
        Intent(ApplicationProvider.getApplicationContext(), PhotoActivity::class.java)
            .setAction(Intent.ACTION_SEND)
            .putExtra(Intent.EXTRA_STREAM, photo),
    )

package io.pocketlens.app.teach

import android.Manifest
import android.app.Application
import android.content.Intent
import android.content.pm.PackageManager
import android.provider.Settings
import androidx.compose.ui.test.assertIsDisplayed
import androidx.compose.ui.test.junit4.v2.createEmptyComposeRule
import androidx.compose.ui.test.onNodeWithText
import androidx.compose.ui.test.performClick
import androidx.compose.ui.test.performTextInput
import androidx.lifecycle.Lifecycle
import androidx.test.core.app.ActivityScenario
import androidx.test.core.app.ApplicationProvider
import io.pocketlens.app.answer.Answer
import io.pocketlens.app.golden.Forms
import io.pocketlens.app.testing.FakePhotos
import io.pocketlens.app.testing.States
import io.pocketlens.app.testing.TestApp
import io.pocketlens.app.testing.settle
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.launch
import org.junit.Assert.assertEquals
import org.junit.Rule
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config

/** Taking pictures where the camera may not be used: asked for, refused for good, allowed in the system's settings. */
@RunWith(RobolectricTestRunner::class)
@Config(application = TestApp::class, sdk = [34], qualifiers = Forms.PHONE)
class TeachPermissionTest {
    @get:Rule
    val rule = createEmptyComposeRule()
    private val phone get() = TestApp.phone
    private val app = ApplicationProvider.getApplicationContext<TestApp>()

    private fun teaching(): ActivityScenario<TeachActivity> {
        CoroutineScope(Dispatchers.Main).launch { phone.taught.firstShot.save(FakePhotos.picture()) }
        phone.settle()
        val answer: Answer.Given = States.answer()
        val scenario = ActivityScenario.launch<TeachActivity>(TeachIntents.teach(app, answer, wrong = false))
        rule.settle()
        rule.onNodeWithText("Name").performTextInput("My mug")
        rule.onNodeWithText("Next").performClick()
        rule.settle()
        return scenario
    }

    /** The system shows no dialog: it was told "never ask again". */
    @Suppress("DEPRECATION") // only the system calls this
    private fun ActivityScenario<TeachActivity>.refuses() =
        onActivity {
            val asked = shadowOf(it).lastRequestedPermission
            assertEquals(listOf(Manifest.permission.CAMERA), asked.requestedPermissions.toList())
            val refused = intArrayOf(PackageManager.PERMISSION_DENIED)
            it.onRequestPermissionsResult(asked.requestCode, asked.requestedPermissions, refused)
        }

    @Test
    fun afterNeverAskAgainTheSystemsSettingsAreOffered() {
        teaching().use { scenario ->
            rule.onNodeWithText("Allow the camera").performClick()
            rule.settle()
            scenario.refuses()
            rule.settle()
            rule.onNodeWithText("Allow the camera").assertDoesNotExist()
            rule.onNodeWithText("Open settings").performClick()
            rule.settle()
            scenario.onActivity {
                val opened: Intent = shadowOf(it).nextStartedActivity
                assertEquals(Settings.ACTION_APPLICATION_DETAILS_SETTINGS, opened.action)
                assertEquals("package:${app.packageName}", opened.dataString)
            }
            shadowOf(app as Application).grantPermissions(Manifest.permission.CAMERA)
            scenario.moveToState(Lifecycle.State.CREATED)
            scenario.moveToState(Lifecycle.State.RESUMED)
            rule.settle()
            rule.onNodeWithText("Open settings").assertDoesNotExist()
            rule.onNodeWithText("Take").assertIsDisplayed()
        }
    }
}

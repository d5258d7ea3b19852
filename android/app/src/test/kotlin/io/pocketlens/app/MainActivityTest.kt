package io.pocketlens.app

import android.Manifest
import android.app.Application
import android.content.pm.PackageManager
import android.graphics.SurfaceTexture
import android.view.View
import android.view.ViewGroup
import androidx.compose.ui.test.assertHasClickAction
import androidx.compose.ui.test.assertIsDisplayed
import androidx.compose.ui.test.junit4.v2.createEmptyComposeRule
import androidx.compose.ui.test.onNodeWithContentDescription
import androidx.compose.ui.test.onNodeWithText
import androidx.compose.ui.test.performClick
import androidx.test.core.app.ActivityScenario
import androidx.test.core.app.ApplicationProvider
import io.pocketlens.app.answer.STEADY_MS
import io.pocketlens.app.golden.Forms
import io.pocketlens.app.live.CameraTexture
import io.pocketlens.app.testing.TestApp
import io.pocketlens.app.testing.assertTouchable
import kotlinx.coroutines.flow.update
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Rule
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config
import org.robolectric.shadows.ShadowToast

/** The camera screen as the system runs it. */
@RunWith(RobolectricTestRunner::class)
@Config(application = TestApp::class, sdk = [26, 30, 34], qualifiers = Forms.PHONE)
class MainActivityTest {
    @get:Rule
    val rule = createEmptyComposeRule()
    private val phone get() = TestApp.phone
    private val app = ApplicationProvider.getApplicationContext<TestApp>()

    private fun grant() = shadowOf(app as Application).grantPermissions(Manifest.permission.CAMERA)

    private fun launch() = ActivityScenario.launch(MainActivity::class.java).also { rule.waitForIdle() }

    private fun ActivityScenario<MainActivity>.seeing() {
        onActivity { activity ->
            val view = checkNotNull(find(activity.window.decorView))
            view.onSurfaceTextureAvailable(SurfaceTexture(0), view.width, view.height)
        }
        rule.waitForIdle()
        phone.cameras.current?.runs()
        phone.sees(2)
        rule.waitForIdle()
    }

    private fun find(view: View): CameraTexture? =
        view as? CameraTexture
            ?: (view as? ViewGroup)?.let { group ->
                (0 until group.childCount).firstNotNullOfOrNull { find(group.getChildAt(it)) }
            }

    @Test
    fun startsOnEveryAndroid() {
        launch().use { rule.onNodeWithText("Show me something").assertIsDisplayed() }
    }

    @Test
    fun asksForTheCameraOnly() {
        val asked =
            app.packageManager
                .getPackageInfo(
                    app.packageName,
                    PackageManager.GET_PERMISSIONS,
                ).requestedPermissions
        assertEquals(
            listOf(Manifest.permission.CAMERA),
            asked.orEmpty().filter { it.startsWith("android.permission.") },
        )
    }

    @Test
    fun namesWhatTheCameraSeesAndKeepsTheScreenOn() {
        grant()
        launch().use { scenario ->
            scenario.seeing()
            rule.onNodeWithText("Cat").assertIsDisplayed()
            scenario.onActivity { assertTrue(awake(it.window.decorView)) }
            rule.onNodeWithContentDescription("Settings").assertHasClickAction()
        }
    }

    private fun awake(view: View): Boolean =
        view.keepScreenOn ||
            (view as? ViewGroup)?.let { group -> (0 until group.childCount).any { awake(group.getChildAt(it)) } } ==
            true

    @Test
    fun buttonsHaveWordsAndAreLargeEnough() {
        grant()
        launch().use { scenario ->
            scenario.seeing()
            rule.assertTouchable("the camera screen", least = 10)
        }
    }

    @Test
    fun aSheetStaysThroughARotation() {
        grant()
        launch().use { scenario ->
            scenario.seeing()
            rule.onNodeWithText("Cat").performClick()
            rule.onNodeWithText("Where it belongs").assertExists()
            scenario.recreate()
            rule.onNodeWithText("Where it belongs").assertExists()
        }
    }

    @Test
    fun withoutAnotherAppNothingBreaks() {
        shadowOf(app as Application).checkActivities(true)
        launch().use {
            rule.onNodeWithText("Choose a photo").performClick()
            rule.waitForIdle()
            assertEquals("No app on this phone can do this.", ShadowToast.getTextOfLatestToast())
        }
    }

    @Test
    fun speaksWhenItIsTold() {
        grant()
        phone.settings.stored.update { it.copy(speak = true) }
        launch().use { scenario ->
            scenario.seeing()
            rule.mainClock.advanceTimeBy(2 * STEADY_MS)
            rule.waitForIdle()
            assertEquals(listOf("I see: Cat"), phone.speaker.said)
        }
    }

    @Test
    fun leaksNothing() {
        grant()
        launch().use { scenario ->
            repeat(6) {
                scenario.seeing()
                scenario.recreate()
                assertTrue(phone.cameras.openCount <= 1)
            }
            assertEquals("loaded once for all", 1, phone.opener.opened.size)
        }
        phone.settle()
        assertEquals(0, phone.cameras.openCount)
        assertEquals("every frame went back", phone.frames.lent, phone.frames.returned)
    }
}

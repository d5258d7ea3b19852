package io.pocketlens.app.golden

import android.os.Build
import androidx.activity.ComponentActivity
import androidx.compose.ui.test.junit4.v2.createAndroidComposeRule
import io.pocketlens.app.live.LiveScreen
import io.pocketlens.app.live.PermissionNeed
import io.pocketlens.app.live.PermissionPage
import io.pocketlens.app.testing.NoActions
import io.pocketlens.app.testing.States
import org.junit.Rule
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.annotation.Config

/** The camera screen on every Android that runs here, with the colours that each gives it. */
@RunWith(RobolectricTestRunner::class)
@Config(sdk = [26, 30, 34, 35], qualifiers = Forms.PHONE)
class AndroidsGoldenTest {
    @get:Rule
    val rule = createAndroidComposeRule<ComponentActivity>()

    @Test
    fun live() {
        val picture =
            Stage(rule).picture(ownColors = true) {
                LiveScreen(States.live(), NoActions(), NoActions()) { Stage.Preview("cat.png", it) }
            }
        Golden.check("main-api${Build.VERSION.SDK_INT}", picture)
    }

    @Test
    @Config(qualifiers = Forms.PHONE_DARK)
    fun permissionDark() {
        val picture = Stage(rule).picture(ownColors = true) { PermissionPage(PermissionNeed.FIRST, NoActions()) }
        Golden.check("page-permission-dark-api${Build.VERSION.SDK_INT}", picture)
    }
}

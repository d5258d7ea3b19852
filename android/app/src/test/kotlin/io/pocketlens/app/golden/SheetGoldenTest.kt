package io.pocketlens.app.golden

import androidx.activity.ComponentActivity
import androidx.compose.ui.test.junit4.v2.createAndroidComposeRule
import io.pocketlens.app.live.LiveScreen
import io.pocketlens.app.live.LiveSheet
import io.pocketlens.app.testing.NoActions
import io.pocketlens.app.testing.States
import org.junit.Rule
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.annotation.Config

/** What lies over the camera screen. */
@RunWith(RobolectricTestRunner::class)
@Config(sdk = [34], qualifiers = Forms.PHONE)
class SheetGoldenTest {
    @get:Rule
    val rule = createAndroidComposeRule<ComponentActivity>()

    @Test
    @Config(qualifiers = Forms.PHONE_DARK)
    fun label() = shoot("sheet-label-dark", LiveSheet.Label(States.detail()))

    @Test
    fun performance() = shoot("sheet-performance", LiveSheet.Measured(States.performance()))

    private fun shoot(
        name: String,
        sheet: LiveSheet,
    ) = Golden.check(
        name,
        Stage(rule).pictureUnder {
            LiveScreen(States.live(sheet = sheet), NoActions(), NoActions()) {
                Stage.Preview("cat.png", it)
            }
        },
    )
}

package io.pocketlens.app.golden

import androidx.activity.ComponentActivity
import androidx.compose.ui.test.junit4.v2.createAndroidComposeRule
import io.pocketlens.app.live.LiveScreen
import io.pocketlens.app.live.LiveSheet
import io.pocketlens.app.perf.Heat
import io.pocketlens.app.perf.Performance
import io.pocketlens.app.perf.Spread
import io.pocketlens.app.testing.NoActions
import io.pocketlens.app.testing.States
import org.junit.Rule
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.annotation.Config
import io.pocketlens.app.perf.Stage as Step

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
    fun performance() {
        val spreads = mapOf(Step.INFERENCE to Spread(7.1, 9.45, 12.3), Step.TOTAL to Spread(7.7, 10.2, 13.1))
        val measured =
            Performance(
                spreads,
                24.2,
                300,
                112,
                Heat.LIGHT,
                "mobilenetv2-openimages 1.0.0",
                "float32",
                "2.0.0",
                2,
                false,
            )
        shoot("sheet-performance", LiveSheet.Measured(measured))
    }

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

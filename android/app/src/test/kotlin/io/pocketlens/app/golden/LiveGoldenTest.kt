package io.pocketlens.app.golden

import androidx.activity.ComponentActivity
import androidx.compose.ui.test.junit4.v2.createAndroidComposeRule
import io.pocketlens.app.answer.Answer
import io.pocketlens.app.live.HeldPicture
import io.pocketlens.app.live.LensState
import io.pocketlens.app.live.LiveScreen
import io.pocketlens.app.live.LiveUiState
import io.pocketlens.app.results.PicturePart
import io.pocketlens.app.testing.FakeModel
import io.pocketlens.app.testing.NoActions
import io.pocketlens.app.testing.States
import org.junit.Rule
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.annotation.Config

/** The camera screen in its states and on every form of device. */
@RunWith(RobolectricTestRunner::class)
@Config(sdk = [34], qualifiers = Forms.PHONE)
class LiveGoldenTest {
    @get:Rule
    val rule = createAndroidComposeRule<ComponentActivity>()

    @Test
    fun sure() = shoot("main-sure", States.live())

    @Test
    fun unsure() = shoot("main-unsure", States.live(States.answer(FakeModel.nothing())), "dahlia.jpg")

    @Test
    fun guess() = shoot("main-guess", States.live(States.answer(FakeModel.someAnimal())), "panda.jpg")

    @Test
    fun preparing() = shoot("main-preparing", States.live(Answer.Preparing), "opera-house.jpg")

    @Test
    @Config(qualifiers = Forms.PHONE_DARK)
    fun looking() = shoot("main-looking-dark", States.live(Answer.Looking), "opera-house.jpg")

    @Test
    fun heldWithAPart() {
        val held = HeldPicture(Stage.photo("cat.png"), PicturePart(.1f, .1f, .7f, .6f))
        shoot("main-held", States.live(held = held))
    }

    @Test
    @Config(qualifiers = Forms.PHONE_LAND)
    fun landscape() = shoot("main-landscape", States.live())

    @Test
    @Config(qualifiers = Forms.TABLET_LAND)
    fun tablet() = shoot("main-tablet-landscape", States.live())

    @Test
    @Config(qualifiers = Forms.SMALL_PHONE)
    fun small() = shoot("main-small", States.live())

    @Test
    @Config(qualifiers = Forms.PHONE_RTL)
    fun rightToLeft() = shoot("main-rtl", States.live(lens = LensState(torch = true, zoom = 2f)))

    @Test
    @Config(qualifiers = Forms.PHONE_CHINESE)
    fun chinese() = shoot("main-chinese", States.live(States.answer(FakeModel.nothing())), "dahlia.jpg")

    @Test
    fun largeFont() = shoot("main-large-font", States.live(), fontScale = Forms.LARGE_FONT)

    private fun shoot(
        name: String,
        state: LiveUiState,
        photo: String = "cat.png",
        fontScale: Float = 1f,
    ) = Golden.check(
        name,
        Stage(
            rule,
        ).picture(fontScale = fontScale) { LiveScreen(state, NoActions(), NoActions()) { Stage.Preview(photo, it) } },
    )
}

package io.pocketlens.app.golden

import androidx.activity.ComponentActivity
import androidx.compose.runtime.Composable
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.setValue
import androidx.compose.ui.test.junit4.v2.createAndroidComposeRule
import io.pocketlens.app.camera.CameraTrouble
import io.pocketlens.app.live.PermissionNeed
import io.pocketlens.app.teach.Eye
import io.pocketlens.app.teach.IncomingThings
import io.pocketlens.app.teach.Renaming
import io.pocketlens.app.teach.ShotHint
import io.pocketlens.app.teach.Suggestion
import io.pocketlens.app.teach.TaughtFileScreen
import io.pocketlens.app.teach.TaughtFileUiState
import io.pocketlens.app.teach.TaughtScreen
import io.pocketlens.app.teach.TaughtShot
import io.pocketlens.app.teach.TaughtThing
import io.pocketlens.app.teach.TaughtUiState
import io.pocketlens.app.teach.TeachScreen
import io.pocketlens.app.teach.TeachUiState
import io.pocketlens.app.testing.NoActions
import io.pocketlens.app.testing.States
import io.pocketlens.app.ui.ErrorDetails
import io.pocketlens.app.ui.Removed
import io.pocketlens.classifier.ErrorCode
import org.junit.Rule
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.annotation.Config
import java.io.File

/** Teaching in every state. */
@RunWith(RobolectricTestRunner::class)
@Config(sdk = [34], qualifiers = Forms.PHONE)
class TeachGoldenTest {
    @get:Rule
    val rule = createAndroidComposeRule<ComponentActivity>()
    private val actions = NoActions()
    private val photos = File(System.getProperty("pocketlens.root"), "tests/data/photos")
    private val mug = TaughtThing("own/mug", "My favourite mug", shots("coffee.jpg", "coffee.jpg", "temple.jpg"))
    private val cat = TaughtThing("/m/01yrx", "Cat", shots("cat.png", "none.jpg"))

    private fun shots(vararg names: String) = names.map { TaughtShot(it, File(photos, it)) }

    private fun shooting(
        pictures: Int,
        useful: Int = pictures,
        hint: ShotHint = ShotHint.GOOD,
        eye: Eye = Eye.Running(States.back),
        error: ErrorCode? = null,
    ) = TeachUiState.Shooting("My mug", List(pictures) { File(photos, "coffee.jpg") }, useful, hint, eye, error = error)

    @Test
    fun naming() {
        val offered = listOf(Suggestion("Mug", 5), Suggestion("Mug rack"), Suggestion("Beer mug"))
        teach("teach-name", TeachUiState.Naming(Stage.photo("coffee.jpg"), "mug", offered))
    }

    @Test
    @Config(qualifiers = Forms.PHONE_GERMAN_DARK)
    fun wrong() {
        val offered = listOf("Hund", "Katze", "Eidechse").map { Suggestion(it) }
        teach("teach-wrong-german-dark", TeachUiState.Naming(Stage.photo("panda.jpg"), "", offered, wrong = true))
    }

    @Test
    fun badName() =
        teach("teach-bad-name", TeachUiState.Naming(null, "  ", emptyList(), error = ErrorCode.BAD_TAUGHT_LABEL))

    @Test
    fun first() = teach("teach-first", shooting(1, hint = ShotHint.ANOTHER_SIDE))

    @Test
    fun alike() = teach("teach-alike", shooting(7, useful = 4, hint = ShotHint.TURN_IT))

    @Test
    @Config(qualifiers = Forms.PHONE_LAND_DARK)
    fun landscape() = teach("teach-landscape-dark", shooting(3, hint = ShotHint.ANOTHER_PLACE, useful = 2))

    @Test
    @Config(qualifiers = Forms.SMALL_PHONE)
    fun notAllowed() = teach("teach-no-camera-small", shooting(2, eye = Eye.NotAllowed(PermissionNeed.FIRST)))

    @Test
    @Config(qualifiers = Forms.SMALL_PHONE)
    fun blocked() = teach("teach-blocked-small", shooting(1, eye = Eye.NotAllowed(PermissionNeed.BLOCKED)))

    @Test
    fun failed() =
        teach("teach-failed", shooting(2, eye = Eye.Failed(CameraTrouble.TAKEN), error = ErrorCode.UNREADABLE_PHOTO))

    @Test
    fun named() = teach("teach-named", TeachUiState.Named("My mug", 6, few = false))

    @Test
    @Config(qualifiers = Forms.PHONE_CHINESE)
    fun few() = teach("teach-few-chinese", TeachUiState.Named("茶杯", 2, few = true))

    @Test
    fun refused() = teach("teach-refused", TeachUiState.Refused(ErrorDetails(ErrorCode.NO_EMBEDDING, "")))

    @Test
    fun list() = taught("taught", TaughtUiState(listOf(mug, cat)))

    @Test
    @Config(qualifiers = Forms.PHONE_DARK)
    fun removed() {
        val damaged = ErrorDetails(ErrorCode.BAD_TAUGHT, "The file of taught labels is cut off.")
        val state = TaughtUiState(listOf(mug), damaged = damaged, removed = Removed("Cat", whole = true, 1))
        taught("taught-removed-dark", state)
    }

    @Test
    fun renamed() {
        val renaming = Renaming("own/mug", "Cat", ErrorCode.BAD_TAUGHT_LABEL)
        var state by mutableStateOf(TaughtUiState(listOf(mug, cat)))
        val opens = { state = state.copy(renaming = renaming) }
        Golden.check("taught-rename", Stage(rule).pictureUnder(opens) { TaughtScreen(state, actions) })
    }

    @Test
    fun empty() = taught("taught-empty", TaughtUiState(emptyList()))

    @Test
    fun asking() {
        val incoming = IncomingThings(ByteArray(0), listOf("Mug", "Key"), listOf("Cat"), listOf("Bag"))
        shoot("taught-file-asks") { TaughtFileScreen(TaughtFileUiState.Asking(incoming), actions) }
    }

    @Test
    fun refusedFile() {
        val details = ErrorDetails(ErrorCode.OTHER_EMBEDDING, "")
        shoot("taught-file-refused") { TaughtFileScreen(TaughtFileUiState.Refused(details), actions) }
    }

    private fun teach(
        name: String,
        state: TeachUiState,
    ) = shoot(name) { TeachScreen(state, actions) { _, modifier -> Stage.Preview("coffee.jpg", modifier) } }

    private fun taught(
        name: String,
        state: TaughtUiState,
    ) = shoot(name) { TaughtScreen(state, actions) }

    private fun shoot(
        name: String,
        content: @Composable () -> Unit,
    ) = Golden.check(name, Stage(rule).picture(content = content))
}

package io.pocketlens.app.ui

import android.net.Uri
import androidx.activity.ComponentActivity
import androidx.compose.runtime.Composable
import androidx.compose.runtime.getValue
import androidx.compose.runtime.key
import androidx.compose.runtime.mutableIntStateOf
import androidx.compose.runtime.setValue
import androidx.compose.ui.test.junit4.v2.createAndroidComposeRule
import io.pocketlens.app.history.HistoryEntry
import io.pocketlens.app.history.HistoryScreen
import io.pocketlens.app.history.HistoryUiState
import io.pocketlens.app.importing.ImportScreen
import io.pocketlens.app.importing.ImportUiState
import io.pocketlens.app.live.HeldPicture
import io.pocketlens.app.live.LiveScreen
import io.pocketlens.app.live.PermissionNeed
import io.pocketlens.app.photo.PhotoEntry
import io.pocketlens.app.photo.PhotoPage
import io.pocketlens.app.photo.PhotoResult
import io.pocketlens.app.photo.PhotoScreen
import io.pocketlens.app.photo.PhotoUiState
import io.pocketlens.app.photo.PhotosScreen
import io.pocketlens.app.photo.PhotosUiState
import io.pocketlens.app.results.PicturePart
import io.pocketlens.app.settings.AppFacts
import io.pocketlens.app.settings.SettingsScreen
import io.pocketlens.app.settings.SettingsUiState
import io.pocketlens.app.teach.Eye
import io.pocketlens.app.teach.ShotHint
import io.pocketlens.app.teach.Suggestion
import io.pocketlens.app.teach.TaughtScreen
import io.pocketlens.app.teach.TaughtShot
import io.pocketlens.app.teach.TaughtThing
import io.pocketlens.app.teach.TaughtUiState
import io.pocketlens.app.teach.TeachScreen
import io.pocketlens.app.teach.TeachUiState
import io.pocketlens.app.testing.FakePackages
import io.pocketlens.app.testing.FakePhotos
import io.pocketlens.app.testing.NoActions
import io.pocketlens.app.testing.States
import io.pocketlens.app.testing.assertTouchable
import io.pocketlens.app.ui.theme.AppTheme
import org.junit.Rule
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.annotation.Config
import java.io.File

/** Whatever can be tapped, on every screen, has words for TalkBack and is as large as a finger needs. */
@RunWith(RobolectricTestRunner::class)
@Config(sdk = [34], qualifiers = "w411dp-h2000dp-port-notnight-xhdpi")
class TouchTest {
    @get:Rule
    val rule = createAndroidComposeRule<ComponentActivity>()
    private val actions = NoActions()
    private val picture = FakePhotos.picture()
    private val part = PicturePart(.1f, .1f, .7f, .6f)

    private val screens: Map<String, @Composable () -> Unit> =
        mapOf(
            screen("live") { LiveScreen(States.live(), actions, actions) {} },
            screen("held") { LiveScreen(States.live(held = HeldPicture(picture, part)), actions, actions) {} },
            screen("photo") {
                val shown = PhotoPage.Shown(States.answer(), picture, part)
                PhotoScreen(PhotoUiState(shown), actions, actions)
            },
            screen("photos") {
                val seen = PhotoResult.Seen(States.answer())
                PhotosScreen(PhotosUiState(listOf(PhotoEntry(Uri.parse("a"), "a.jpg", null, seen))), actions)
            },
            screen("history") {
                val entry = HistoryEntry("1", 0, "Cat 91%", "Cat", File("none"))
                HistoryScreen(HistoryUiState(listOf(entry)), actions)
            },
            screen("settings") {
                val state = SettingsUiState(isReady = true, models = listOf(FakePackages.stored()), builtIn = "one")
                SettingsScreen(state, AppFacts("0.1.0", null), actions)
            },
            screen("import") { ImportScreen(ImportUiState.Installed(FakePackages.stored()), actions) },
            screen("naming") {
                val state = TeachUiState.Naming(picture, "Mug", listOf(Suggestion("Mug", 2), Suggestion("Cat")))
                TeachScreen(state, actions) { _, _ -> }
            },
            screen("taking pictures") {
                val eye = Eye.Running(States.back)
                val state = TeachUiState.Shooting("Mug", List(2) { File("none") }, 1, ShotHint.TURN_IT, eye)
                TeachScreen(state, actions) { _, _ -> }
            },
            screen("no camera for pictures") {
                val eye = Eye.NotAllowed(PermissionNeed.BLOCKED)
                TeachScreen(TeachUiState.Shooting("Mug", emptyList(), 1, ShotHint.GOOD, eye), actions) { _, _ -> }
            },
            screen("taught") {
                val mug = TaughtThing("own/mug", "Mug", List(2) { TaughtShot("$it", File("none")) })
                TaughtScreen(TaughtUiState(listOf(mug)), actions)
            },
            screen("trouble") { TroublePage(Trouble.Model(States.wrongHash(), imported = true), actions) },
        )

    private fun screen(
        name: String,
        content: @Composable () -> Unit,
    ): Pair<String, @Composable () -> Unit> = name to content

    @Test
    fun everyButtonHasWordsAndIsLargeEnough() {
        var place by mutableIntStateOf(0)
        rule.setContent { AppTheme { key(place) { screens.values.elementAt(place)() } } }
        screens.keys.forEachIndexed { next, name ->
            place = next
            rule.waitForIdle()
            rule.assertTouchable(name, least = 2)
        }
    }
}

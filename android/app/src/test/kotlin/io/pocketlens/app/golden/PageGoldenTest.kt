package io.pocketlens.app.golden

import android.graphics.Bitmap
import android.net.Uri
import androidx.activity.ComponentActivity
import androidx.compose.runtime.Composable
import androidx.compose.ui.test.junit4.v2.createAndroidComposeRule
import io.pocketlens.app.camera.CameraTrouble
import io.pocketlens.app.history.AnswerPicture
import io.pocketlens.app.history.AnswerWords
import io.pocketlens.app.history.HistoryEntry
import io.pocketlens.app.history.HistoryScreen
import io.pocketlens.app.history.HistoryUiState
import io.pocketlens.app.importing.ImportScreen
import io.pocketlens.app.importing.ImportUiState
import io.pocketlens.app.live.PermissionNeed
import io.pocketlens.app.live.PermissionPage
import io.pocketlens.app.model.IncomingPackage
import io.pocketlens.app.photo.PhotoEntry
import io.pocketlens.app.photo.PhotoPage
import io.pocketlens.app.photo.PhotoResult
import io.pocketlens.app.photo.PhotoScreen
import io.pocketlens.app.photo.PhotoUiState
import io.pocketlens.app.photo.PhotosScreen
import io.pocketlens.app.photo.PhotosUiState
import io.pocketlens.app.results.writeTo
import io.pocketlens.app.settings.AppFacts
import io.pocketlens.app.settings.SettingsScreen
import io.pocketlens.app.settings.SettingsUiState
import io.pocketlens.app.testing.FakeModel
import io.pocketlens.app.testing.FakePackages
import io.pocketlens.app.testing.NoActions
import io.pocketlens.app.testing.States
import io.pocketlens.app.ui.ErrorDetails
import io.pocketlens.app.ui.Removed
import io.pocketlens.app.ui.Trouble
import io.pocketlens.app.ui.TroublePage
import io.pocketlens.classifier.ErrorCode
import org.junit.Rule
import org.junit.Test
import org.junit.rules.TemporaryFolder
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.annotation.Config
import java.io.File

/** The other screens, and the pages that take a whole one. */
@RunWith(RobolectricTestRunner::class)
@Config(sdk = [34], qualifiers = Forms.PHONE)
class PageGoldenTest {
    @get:Rule
    val rule = createAndroidComposeRule<ComponentActivity>()

    @get:Rule
    val folder = TemporaryFolder()

    private val actions = NoActions()

    @Test
    fun permission() = shoot("page-permission") { PermissionPage(PermissionNeed.FIRST, actions) }

    @Test
    @Config(qualifiers = Forms.PHONE_LAND_DARK)
    fun blockedInLandscape() =
        shoot("page-permission-landscape-dark") { PermissionPage(PermissionNeed.BLOCKED, actions) }

    @Test
    fun modelDamaged() =
        shoot("page-model-damaged") { TroublePage(Trouble.Model(States.wrongHash(), imported = true), actions) }

    @Test
    @Config(qualifiers = Forms.SMALL_PHONE)
    fun modelDamagedInLargeLetters() =
        shoot("page-model-large-font", Forms.LARGE_FONT) {
            TroublePage(Trouble.Model(States.wrongHash(), imported = true), actions)
        }

    @Test
    @Config(qualifiers = Forms.PHONE_DARK)
    fun cameraTaken() = shoot("page-camera-taken-dark") { TroublePage(Trouble.Camera(CameraTrouble.TAKEN), actions) }

    @Test
    fun importAsks() =
        shoot("import-replace") {
            val incoming = IncomingPackage("my-flowers", "Flowers, second try", "Flowers of my garden", File("x"))
            ImportScreen(ImportUiState.Asking(incoming), actions)
        }

    @Test
    @Config(qualifiers = "w411dp-h1400dp-port-notnight-xhdpi")
    fun settings() = shoot("settings") { Settings(language = null) }

    @Test
    fun settingsInLargeLetters() = shoot("settings-large-font", Forms.LARGE_FONT) { Settings(language = null) }

    @Test
    @Config(qualifiers = Forms.PHONE_GERMAN_DARK)
    fun settingsGermanDark() = shoot("settings-german-dark") { Settings(language = "de") }

    @Composable
    private fun Settings(language: String?) =
        SettingsScreen(
            SettingsUiState(
                isReady = true,
                models = listOf(FakePackages.stored()),
                builtIn = "MobileNetV2 1.0/224, 601 Open Images labels",
            ),
            AppFacts("0.1.0", language),
            actions,
        )

    @Test
    fun photo() = shoot("photo") { Photo() }

    @Test
    @Config(qualifiers = Forms.PHONE_LAND_DARK)
    fun photoInLandscape() = shoot("photo-landscape-dark") { Photo() }

    @Composable
    private fun Photo() =
        PhotoScreen(PhotoUiState(PhotoPage.Shown(States.answer(), Stage.photo("cat.png"))), actions, actions)

    @Test
    fun photos() =
        shoot("photos") {
            val entries =
                listOf(
                    PhotoEntry(Uri.parse("a"), "cat.png", Stage.photo("cat.png"), PhotoResult.Seen(States.answer())),
                    PhotoEntry(
                        Uri.parse("b"),
                        "polar-bear.jpg",
                        Stage.photo("polar-bear.jpg"),
                        PhotoResult.Seen(States.answer(FakeModel.someAnimal())),
                    ),
                    PhotoEntry(
                        Uri.parse("c"),
                        "broken.jpg",
                        null,
                        PhotoResult.Failed(ErrorDetails(ErrorCode.UNREADABLE_PHOTO, "")),
                    ),
                    PhotoEntry(Uri.parse("d"), "next.jpg"),
                )
            PhotosScreen(PhotosUiState(entries), actions)
        }

    private fun saved(): List<HistoryEntry> =
        listOf(FakeModel.cat() to "cat.png", FakeModel.someAnimal() to "panda.jpg").mapIndexed { i, (sees, photo) ->
            val words = AnswerWords.of(rule.activity.resources, States.answer(sees))
            val file = folder.newFile("$i.jpg")
            AnswerPicture(Stage.photo(photo), words).draw().writeTo(file, Bitmap.CompressFormat.JPEG)
            HistoryEntry("$i", 1_700_000_000_000L + i, words.title, words.plain(), file)
        }

    @Test
    fun savedAnswer() {
        val saved = saved()
        val picture =
            Stage(rule).pictureUnder { HistoryScreen(HistoryUiState(saved, shown = saved.last()), actions) }
        Golden.check("sheet-saved", picture)
    }

    @Test
    fun history() {
        val saved = saved()
        shoot("history") { HistoryScreen(HistoryUiState(saved), actions) }
    }

    @Test
    fun historyAfterARemoval() {
        val saved = saved().take(1)
        val removed = Removed("Animal 71%", whole = true, 1)
        shoot("history-removed") { HistoryScreen(HistoryUiState(saved, removed = removed), actions) }
    }

    /** What is shared, copied and saved: the picture with its labels below. */
    @Test
    fun sharedPicture() {
        val words = AnswerWords.of(rule.activity.resources, States.answer(FakeModel.someAnimal()))
        Golden.check("shared-picture", AnswerPicture(Stage.photo("panda.jpg"), words).draw())
    }

    private fun shoot(
        name: String,
        fontScale: Float = 1f,
        content: @Composable () -> Unit,
    ) = Golden.check(name, Stage(rule).picture(fontScale = fontScale, content = content))
}

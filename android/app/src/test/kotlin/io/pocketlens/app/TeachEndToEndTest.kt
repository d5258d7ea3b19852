package io.pocketlens.app

import android.app.Activity
import android.content.ClipData
import android.content.Intent
import android.graphics.Bitmap
import android.graphics.SurfaceTexture
import android.net.Uri
import androidx.compose.ui.test.assertIsDisplayed
import androidx.compose.ui.test.junit4.v2.createEmptyComposeRule
import androidx.compose.ui.test.onAllNodesWithText
import androidx.compose.ui.test.onNodeWithText
import androidx.compose.ui.test.performClick
import androidx.compose.ui.test.performTextInput
import androidx.lifecycle.SavedStateHandle
import androidx.test.core.app.ActivityScenario
import androidx.test.core.app.ApplicationProvider
import io.pocketlens.app.answer.Answer
import io.pocketlens.app.camera.Shown
import io.pocketlens.app.golden.Forms
import io.pocketlens.app.golden.Golden
import io.pocketlens.app.golden.Stage
import io.pocketlens.app.live.LivePage
import io.pocketlens.app.live.LiveViewModel
import io.pocketlens.app.model.BuiltInPackage
import io.pocketlens.app.model.LibraryPackages
import io.pocketlens.app.photo.PhotoPage
import io.pocketlens.app.photo.PhotoViewModel
import io.pocketlens.app.results.PicturePart
import io.pocketlens.app.teach.TaughtActivity
import io.pocketlens.app.teach.TeachActivity
import io.pocketlens.app.testing.FakePhone
import io.pocketlens.app.testing.TestApp
import io.pocketlens.app.testing.settle
import io.pocketlens.app.testing.sharePhoto
import io.pocketlens.classifier.Photo
import org.junit.Assert.assertEquals
import org.junit.Rule
import org.junit.Test
import org.junit.rules.TemporaryFolder
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config
import java.io.File

/** Teaching with five real pictures, the real library and the real model, until the name is on the screen. */
@RunWith(RobolectricTestRunner::class)
@Config(application = RealModelApp::class, sdk = [34], qualifiers = Forms.PHONE)
class TeachEndToEndTest {
    @get:Rule
    val folder = TemporaryFolder()

    @get:Rule
    val rule = createEmptyComposeRule()
    private val phone get() = TestApp.phone
    private val app = ApplicationProvider.getApplicationContext<TestApp>()
    private val photos = File(System.getProperty("pocketlens.root"), "tests/data/photos")

    private fun tap(says: String) {
        rule.onNodeWithText(says).performClick()
        rule.settle()
    }

    private fun open(photo: File) = sharePhoto(Uri.fromFile(photo)).also { rule.settle() }

    /** Five parts of one photo. */
    private fun views(name: String): List<File> =
        VIEWS.mapIndexed { i, view ->
            folder.newFile("$i-$name.png").apply {
                outputStream().use { view.of(Stage.photo(name)).compress(Bitmap.CompressFormat.PNG, 100, it) }
            }
        }

    /** What the system's picker gives back. */
    private fun ActivityScenario<TeachActivity>.chooses(chosen: List<File>) {
        tap("Photos")
        onActivity { activity ->
            val asked = shadowOf(activity).nextStartedActivityForResult
            val clip = ClipData.newRawUri(null, Uri.fromFile(chosen.first()))
            for (file in chosen.drop(1)) clip.addItem(ClipData.Item(Uri.fromFile(file)))
            val answer = Intent().apply { clipData = clip }
            shadowOf(activity).receiveResult(asked.intent, Activity.RESULT_OK, answer)
        }
        rule.settle()
    }

    private fun teach(
        button: String,
        photo: File,
        name: String,
        more: List<File>,
    ) {
        var asked: Intent? = null
        open(photo).use { scenario ->
            tap(button)
            scenario.onActivity { asked = shadowOf(it).nextStartedActivity }
        }
        ActivityScenario.launch<TeachActivity>(checkNotNull(asked)).use { scenario ->
            rule.settle()
            rule.onNodeWithText("Name").performTextInput(name)
            rule.settle()
            tap("Next")
            if (more.isNotEmpty()) scenario.chooses(more)
            scenario.onActivity { Golden.leave("real-teaching", Stage.draw(it.window.decorView)) }
            if (shown("Take") > 0) tap("Done")
            rule.onNodeWithText("“$name” is known now").assertIsDisplayed()
        }
    }

    @Test
    fun fiveRealPicturesAndTheNameIsOnTheScreen() {
        val board = File(photos.parentFile, "teaching/board")
        teach("Teach", File(board, "1.jpg"), "Our board", (2..5).map { File(board, "$it.jpg") })
        open(File(board, "6.jpg")).use { scenario ->
            rule.onNodeWithText("Our board").assertIsDisplayed()
            scenario.onActivity { Golden.leave("real-taught", Stage.draw(it.window.decorView)) }
        }
        for (other in listOf("panda.jpg", "skyscrapers.jpg")) {
            open(File(photos, other)).use { assertEquals(0, shown("Our board")) }
        }
        ActivityScenario.launch(TaughtActivity::class.java).use { scenario ->
            rule.settle()
            rule.onNodeWithText("Our board").assertIsDisplayed()
            rule.onNodeWithText("5 pictures").assertIsDisplayed()
            scenario.onActivity { Golden.leave("real-taught-list", Stage.draw(it.window.decorView)) }
        }
    }

    private fun shown(text: String) = rule.onAllNodesWithText(text).fetchSemanticsNodes().size

    @Test
    fun aWrongAnswerIsCorrected() {
        teach("Wrong", File(photos, "cat.png"), "Lynx", views("cat.png").drop(1))
        open(File(photos, "cat.png")).use {
            rule.onNodeWithText("Lynx").assertIsDisplayed()
            rule.onNodeWithText("Animal › Mammal", substring = true).assertIsDisplayed()
        }
        open(File(photos, "chameleon.jpg")).use { assertEquals(0, shown("Lynx")) }
    }

    @Test
    fun itIsNamedInTheNextProcess() {
        val views = views("coffee.jpg")
        teach("Teach", views.first(), "Grandma’s cup", views.drop(1))
        val next = FakePhone(app, BuiltInPackage.opener(app), LibraryPackages(app)) { uri -> Photo.load(app, uri) }
        val model = PhotoViewModel(next.graph, SavedStateHandle())
        model.open(Uri.fromFile(File(photos, "coffee.jpg")))
        next.settle()
        val answer = (model.uiState.value.page as PhotoPage.Shown).answer as Answer.Sure
        assertEquals("Grandma’s cup" to true, answer.headline.name to answer.headline.taught)
    }

    @Test
    fun theLiveCameraNamesIt() {
        teach("Wrong", File(photos, "panda.jpg"), "Bao Bao", views("panda.jpg").drop(1))
        val live = LiveViewModel(phone.graph, SavedStateHandle())
        live.permission.look(isGranted = true, showRationale = false)
        live.start()
        live.surface(SurfaceTexture(0), Shown(0, null))
        phone.settle()
        phone.cameras.current?.runs()
        phone.cameras.current?.delivers(GoldenVector.named("panda-nv21").frame {})
        phone.settle()
        val answer = (live.uiState.value.page as LivePage.Viewfinder).answer as Answer.Sure
        assertEquals("Bao Bao" to true, answer.headline.name to answer.headline.taught)
    }

    private companion object {
        val VIEWS =
            listOf(
                PicturePart(0f, 0f, 1f, 1f),
                PicturePart(.05f, .1f, .8f, .9f),
                PicturePart(.2f, 0f, 1f, .85f),
                PicturePart(.1f, .2f, .95f, 1f),
                PicturePart(.15f, .05f, .85f, .75f),
            )
    }
}

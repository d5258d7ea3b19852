package io.pocketlens.app

import android.content.Intent
import android.graphics.Bitmap
import android.graphics.BitmapFactory
import android.graphics.Matrix
import android.graphics.SurfaceTexture
import android.net.Uri
import androidx.compose.ui.test.assertIsDisplayed
import androidx.compose.ui.test.junit4.v2.createEmptyComposeRule
import androidx.compose.ui.test.onNodeWithText
import androidx.compose.ui.test.performClick
import androidx.lifecycle.SavedStateHandle
import androidx.test.core.app.ActivityScenario
import androidx.test.core.app.ApplicationProvider
import io.pocketlens.app.answer.Answer
import io.pocketlens.app.camera.Shown
import io.pocketlens.app.golden.Forms
import io.pocketlens.app.golden.Golden
import io.pocketlens.app.golden.Stage
import io.pocketlens.app.importing.ImportActivity
import io.pocketlens.app.live.LivePage
import io.pocketlens.app.live.LiveViewModel
import io.pocketlens.app.model.BuiltInPackage
import io.pocketlens.app.model.LoadedModel
import io.pocketlens.app.perf.Heat
import io.pocketlens.app.perf.Performance
import io.pocketlens.app.perf.StageClock
import io.pocketlens.app.photo.PhotoViewModel
import io.pocketlens.app.results.PicturePart
import io.pocketlens.app.testing.TestApp
import io.pocketlens.app.testing.settle
import io.pocketlens.app.testing.sharePhoto
import io.pocketlens.classifier.ClassifierSettings
import org.junit.Assert.assertArrayEquals
import org.junit.Assert.assertEquals
import org.junit.Assert.assertNotNull
import org.junit.Assert.assertTrue
import org.junit.Rule
import org.junit.Test
import org.junit.rules.TemporaryFolder
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.annotation.Config
import java.io.File
import java.nio.ByteBuffer
import java.nio.ByteOrder
import kotlin.math.abs

/**
 * From a picture to the text on the screen, with the real native library and the real model. Needs
 * what `android/headless/build.sh test` builds first: the host library and the demo package.
 */
@RunWith(RobolectricTestRunner::class)
@Config(application = RealModelApp::class, sdk = [34], qualifiers = Forms.PHONE)
class EndToEndTest {
    @get:Rule
    val folder = TemporaryFolder()

    @get:Rule
    val rule = createEmptyComposeRule()
    private val phone get() = TestApp.phone
    private val app = ApplicationProvider.getApplicationContext<TestApp>()
    private val root = File(System.getProperty("pocketlens.root").orEmpty())

    private fun open(photo: File) = sharePhoto(Uri.fromFile(photo)).also { rule.settle() }

    private fun assertGolden(expected: GoldenVector) {
        val found = RealModelApp.outputs.last()
        assertEquals(expected.outputs.size, found.size)
        val worst = expected.outputs.indices.maxOf { abs(expected.outputs[it] - found[it]) }
        assertTrue("differs by $worst, allowed ${expected.tolerance}", worst <= expected.tolerance)
    }

    /** What the desk's binding of the same core gives for the same pixels, asked now and not stored. */
    private fun assertTheCores(name: String) {
        val out = folder.newFile("core.f32")
        val python = File(root, ".venv/bin/python").path
        val script = File(root, "tests/android/core_outputs.py").path
        val model = File(root, "build/packages/mobilenetv2-openimages").path
        val log = folder.newFile("core.log")
        val done = ProcessBuilder(python, script, model, name, out.path).redirectErrorStream(true).redirectOutput(log)
        assertEquals(log.readText(), 0, done.start().waitFor())
        val bytes = ByteBuffer.wrap(out.readBytes()).order(ByteOrder.LITTLE_ENDIAN)
        val found = RealModelApp.outputs.last()
        assertEquals(bytes.remaining() / Float.SIZE_BYTES, found.size)
        val worst = found.maxOf { abs(it - bytes.getFloat()) }
        assertTrue("$name differs by $worst", worst <= SAME_CORE)
    }

    @Test
    fun aSharedPhotoIsNamed() {
        open(File(root, "tests/data/photos/cat.png")).use { scenario ->
            rule.onNodeWithText("Cat").assertIsDisplayed()
            rule.onNodeWithText("Animal › Mammal › Carnivore", substring = true).assertIsDisplayed()
            scenario.onActivity { Golden.leave("real-photo", Stage.draw(it.window.decorView)) }
        }
    }

    @Test
    fun aPhotosOutputsAreTheGoldenOnes() {
        val golden = GoldenVector.named("cat")
        val file = folder.newFile("cat.png")
        file.outputStream().use { golden.bitmap().compress(Bitmap.CompressFormat.PNG, 100, it) }
        open(file).use {
            assertGolden(golden)
            assertTheCores("cat")
        }
    }

    @Test
    fun aCameraFramesOutputsAreTheGoldenOnes() {
        val golden = GoldenVector.named("panda-nv21")
        var returned = 0
        val live = LiveViewModel(phone.graph, SavedStateHandle())
        live.permission.look(isGranted = true, showRationale = false)
        live.start()
        live.surface(SurfaceTexture(0), Shown(0, null))
        phone.settle()
        phone.cameras.current?.runs()
        phone.cameras.current?.delivers(golden.frame { returned++ })
        phone.settle()
        assertGolden(golden)
        assertTheCores("panda-nv21")
        assertEquals(1, returned)
        assertTrue((live.uiState.value.page as LivePage.Viewfinder).answer is Answer.Given)
    }

    /** The chosen part is read from the photo itself, the same pixels as of a picture that is cut to it. */
    @Test
    fun aPartOfAPhotoIsReadAsThePhotoCutToIt() {
        val file = File(root, "tests/data/photos/cat.png")
        val whole = BitmapFactory.decodeFile(file.path)
        val cut = folder.newFile("cut.png")
        val left = whole.width / 4
        val top = whole.height / 4
        val part = Bitmap.createBitmap(whole, left, top, whole.width / 2 - left, whole.height - top)
        cut.outputStream().use { part.compress(Bitmap.CompressFormat.PNG, 100, it) }
        open(cut).use {
            val model = PhotoViewModel(phone.graph, SavedStateHandle())
            model.open(Uri.fromFile(file))
            phone.settle()
            val chosen =
                PicturePart(
                    left.toFloat() / whole.width,
                    top.toFloat() / whole.height,
                    (left + part.width).toFloat() / whole.width,
                    1f,
                )
            model.look(chosen)
            phone.settle()
            assertEquals("cut, whole, part", 3, RealModelApp.outputs.size)
            assertArrayEquals(RealModelApp.outputs.first(), RealModelApp.outputs.last(), 0f)
            assertTrue("what is shared shows the same", part.sameAs(chosen.of(whole)))
        }
    }

    @Test
    fun thePerformanceSheetTellsWhatRunsTheModel() {
        BuiltInPackage.opener(app).open(null, ClassifierSettings()).use { classifier ->
            val model = LoadedModel(classifier, ClassifierSettings(), false, language = "en", names = listOf())
            val told = Performance.of(StageClock(), nowMs = 0, dropped = 0, heat = Heat.NONE, model = model)
            assertEquals("2.0.0, CPU float32", told.runtime)
        }
    }

    @Test
    fun aMutatedGoldenIsNoticed() {
        val golden = GoldenVector.named("cat")
        val file = folder.newFile("mirrored.png")
        val upsideDown = Matrix().apply { postScale(1f, -1f) }
        val picture = golden.bitmap()
        val turned = Bitmap.createBitmap(picture, 0, 0, picture.width, picture.height, upsideDown, false)
        file.outputStream().use { turned.compress(Bitmap.CompressFormat.PNG, 100, it) }
        open(file).use {
            assertEquals(1, RealModelApp.outputs.size)
            assertNotNull(runCatching { assertGolden(golden) }.exceptionOrNull())
        }
    }

    private fun import(zip: File): ActivityScenario<ImportActivity> {
        val intent = Intent(app, ImportActivity::class.java).setAction(Intent.ACTION_VIEW).setData(Uri.fromFile(zip))
        return ActivityScenario.launch<ImportActivity>(intent).also { rule.settle() }
    }

    @Test
    fun aDamagedZipIsRefusedByNameAndChangesNothing() {
        import(folder.newFile("holiday.zip").apply { writeText("no package") }).use {
            rule.onNodeWithText("Details").performClick()
            rule.onNodeWithText("bad_archive").assertIsDisplayed()
            assertTrue(
                phone.graph.packages
                    .list()
                    .isEmpty(),
            )
        }
    }

    @Test
    fun anImportedPackageIsAskedAboutInstalledUsedAndRemoved() {
        val zip = folder.newFile("model.zip")
        app.assets.open("packages/mobilenetv2-openimages.zip").use { from -> zip.outputStream().use(from::copyTo) }
        import(zip).use {
            rule.onNodeWithText("Add this model?").assertIsDisplayed()
            assertTrue(
                "not before the user says so",
                phone.graph.packages
                    .list()
                    .isEmpty(),
            )
            rule.onNodeWithText("Add").performClick()
            rule.settle()
            rule.onNodeWithText("The model is ready").assertIsDisplayed()
            rule.onNodeWithText("Use it now").performClick()
            rule.settle()
        }
        assertEquals("mobilenetv2-openimages", phone.settings.stored.value.model)
        import(zip).use {
            rule.onNodeWithText("It would replace", substring = true).assertIsDisplayed()
            rule.onNodeWithText("Cancel").performClick()
        }
        open(File(root, "tests/data/photos/cat.png")).use { rule.onNodeWithText("Cat").assertIsDisplayed() }
        val packages = phone.graph.packages
        assertNotNull(packages.fingerprint("mobilenetv2-openimages"))
        assertTrue(packages.remove("mobilenetv2-openimages"))
        assertTrue(packages.list().isEmpty())
        assertTrue(packages.builtInTitle().orEmpty().startsWith("MobileNetV2"))
    }

    private companion object {
        const val SAME_CORE = 1e-6f
    }
}

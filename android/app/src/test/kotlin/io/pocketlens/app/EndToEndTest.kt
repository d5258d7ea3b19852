package io.pocketlens.app

import android.content.Intent
import android.graphics.Bitmap
import android.net.Uri
import android.view.View
import android.view.ViewGroup
import android.widget.TextView
import io.pocketlens.app.golden.Golden
import io.pocketlens.app.golden.Screens
import org.junit.Assert.assertEquals
import org.junit.Assert.assertNotNull
import org.junit.Assert.assertTrue
import org.junit.Rule
import org.junit.Test
import org.junit.rules.TemporaryFolder
import org.junit.runner.RunWith
import org.robolectric.Robolectric
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
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
@Config(application = RealModelApp::class, qualifiers = "w411dp-h891dp-port-xhdpi")
class EndToEndTest {
    @get:Rule
    val folder = TemporaryFolder()

    private val graph get() = (RuntimeEnvironment.getApplication() as RealModelApp).graph
    private val root = File(System.getProperty("pocketlens.root").orEmpty())

    private fun MainActivity.text(id: Int) = requireViewById<TextView>(id).text.toString()

    private fun live(): MainActivity {
        Screens.grantCamera()
        val activity = Screens.main().get()
        Screens.runs(frames = 0)
        return activity
    }

    private fun share(
        activity: MainActivity,
        photo: File,
    ) {
        activity.onNewIntent(Screens.share(Uri.fromFile(photo)))
        Screens.idle()
        val page = activity.requireViewById<View>(R.id.page)
        assertEquals(activity.text(R.id.page_message), View.GONE, page.visibility)
    }

    private fun assertGolden(expected: GoldenVector) {
        val found = graph.outputs.last()
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
        val found = graph.outputs.last()
        assertEquals(bytes.remaining() / Float.SIZE_BYTES, found.size)
        val worst = found.maxOf { abs(it - bytes.getFloat()) }
        assertTrue("$name differs by $worst", worst <= SAME_CORE)
    }

    @Test
    fun aSharedPhotoIsNamed() {
        val activity = live()
        share(activity, File(root, "tests/data/photos/cat.png"))
        assertEquals("Cat", activity.text(R.id.headline))
        assertTrue(activity.text(R.id.path), activity.text(R.id.path).startsWith("Animal › Mammal › Carnivore"))
        val first = activity.requireViewById<ViewGroup>(R.id.rows).getChildAt(0)
        assertTrue("${first.contentDescription}", first.contentDescription.endsWith(", sure"))
        Golden.leave("real-photo", Screens.picture(activity))
    }

    @Test
    fun aPhotosOutputsAreTheGoldenOnes() {
        val golden = GoldenVector.named("cat")
        val file = folder.newFile("cat.png")
        file.outputStream().use { golden.bitmap().compress(Bitmap.CompressFormat.PNG, 100, it) }
        share(live(), file)
        assertGolden(golden)
        assertTheCores("cat")
    }

    @Test
    fun aCameraFramesOutputsAreTheGoldenOnes() {
        val golden = GoldenVector.named("panda-nv21")
        val activity = live()
        var returned = 0
        Screens.graph.cameras.current
            ?.delivers(golden.frame { returned++ })
        Screens.idle()
        assertGolden(golden)
        assertTheCores("panda-nv21")
        assertEquals(1, returned)
        assertTrue(
            activity.text(R.id.headline),
            activity.text(R.id.headline) !in listOf("", "Looking…", "Getting ready…"),
        )
    }

    @Test
    fun aMutatedGoldenIsNoticed() {
        val golden = GoldenVector.named("cat")
        val file = folder.newFile("mirrored.png")
        val upsideDown = android.graphics.Matrix().apply { postScale(1f, -1f) }
        val picture = golden.bitmap()
        val turned = Bitmap.createBitmap(picture, 0, 0, picture.width, picture.height, upsideDown, false)
        file.outputStream().use { turned.compress(Bitmap.CompressFormat.PNG, 100, it) }
        share(live(), file)
        assertEquals(1, graph.outputs.size)
        assertNotNull(runCatching { assertGolden(golden) }.exceptionOrNull())
    }

    @Test
    fun aDamagedZipIsRefusedByNameAndChangesNothing() {
        val zip = folder.newFile("holiday.zip").apply { writeText("no package") }
        val activity =
            Robolectric
                .buildActivity(ImportActivity::class.java, Intent(Intent.ACTION_VIEW, Uri.fromFile(zip)))
                .setup()
                .get()
        Screens.idle()
        assertEquals("bad_archive", activity.requireViewById<TextView>(R.id.page_code).text.toString())
        assertTrue(graph.models.list().isEmpty())
    }

    @Test
    fun anImportedPackageIsInstalledUsedAndRemoved() {
        val asset = "packages/mobilenetv2-openimages.zip"
        val zip = folder.newFile("model.zip")
        RuntimeEnvironment
            .getApplication()
            .assets
            .open(asset)
            .use { from -> zip.outputStream().use(from::copyTo) }
        val intent = Intent(Intent.ACTION_VIEW, Uri.fromFile(zip))
        val import = Robolectric.buildActivity(ImportActivity::class.java, intent).setup().get()
        Screens.idle()
        assertEquals("The model is ready", import.requireViewById<TextView>(R.id.page_title).text.toString())
        import.requireViewById<View>(R.id.page_first).performClick()
        Screens.idle()
        assertEquals("mobilenetv2-openimages", graph.settings.read().model)
        val activity = live()
        share(activity, File(root, "tests/data/photos/cat.png"))
        assertEquals("Cat", activity.text(R.id.headline))
        assertTrue(graph.models.remove("mobilenetv2-openimages"))
        assertTrue(graph.models.list().isEmpty())
    }

    private companion object {
        const val SAME_CORE = 1e-6f
    }
}

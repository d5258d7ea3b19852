package io.pocketlens.classifier

import android.content.Context
import android.graphics.Bitmap
import android.net.Uri
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import java.io.ByteArrayOutputStream
import java.io.File
import java.io.PrintStream

/** The Kotlin of android/README.md, as it stands there, compiled and run. */
@RunWith(RobolectricTestRunner::class)
class ReadmeTest {
    private fun readme(
        context: Context,
        photo: Uri,
    ) {
        // README
        Classifier.openAsset(context, "packages/mobilenetv2-openimages.zip").use { classifier ->
            val seen = classifier.classify(context, photo)
            println(seen.headline?.label?.name ?: "not sure")
            for (row in seen.labels) println("${row.label.name} ${row.score}")
        }
        // README
    }

    private fun teaching(
        context: Context,
        classifier: Classifier,
        shots: List<Bitmap>,
        photo: Bitmap,
    ) {
        // README
        val file = File(context.filesDir, "mine.taught")
        classifier.newTaughtLabels().use { mine ->
            for (shot in shots) {
                val told = classifier.teach(mine, "My mug", shot)
                if (told.saysLittle) println("Show another side of it, or take it to another place.")
            }
            mine.save(file)
        }
        classifier.openTaughtLabels(file).use { mine -> classifier.useTaught(mine) }
        val seen = classifier.classify(photo).headline?.label
        println("${seen?.name}, taught: ${seen?.isTaught}")
        // README
    }

    private fun said(call: () -> Unit): List<String> {
        val out = System.out
        val said = ByteArrayOutputStream()
        System.setOut(PrintStream(said, true))
        try {
            call()
        } finally {
            System.setOut(out)
        }
        return said.toString().trim().lines()
    }

    @Test
    fun namesAPhoto() {
        val said = said { readme(TestFiles.context, Uri.fromFile(File(TestFiles.photos, "cat.png"))) }
        assertEquals("Cat", said.first())
    }

    @Test
    fun namesWhatItWasTaught() =
        Classifier.openAsset(TestFiles.context, TestFiles.ASSET).use { classifier ->
            val cup = TestFiles.photo("coffee.jpg")
            val said = said { teaching(TestFiles.context, classifier, listOf(cup, cup), cup) }
            assertEquals("Show another side of it, or take it to another place.", said.first())
            assertEquals("My mug, taught: true", said.last())
        }

    /** What is compiled here and in ReadmeJavaTest is what the README shows. */
    @Test
    fun isWhatTheReadmeShows() {
        val readme = File(TestFiles.root, "android/README.md").readText()
        val tests = File(TestFiles.root, "android/classifier/src/test")
        for (file in listOf("kotlin/$FOLDER/ReadmeTest.kt", "java/$FOLDER/ReadmeJavaTest.java")) {
            val parts = File(tests, file).readText().split("// README\n")
            for (part in parts.indices.filter { it % 2 == 1 }) {
                val shown = parts[part].trimIndent().trim()
                assertTrue("android/README.md does not show what $file compiles:\n$shown", shown in readme)
            }
        }
    }

    private companion object {
        const val FOLDER = "io/pocketlens/classifier"
    }
}

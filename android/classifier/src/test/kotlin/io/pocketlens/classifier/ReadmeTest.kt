package io.pocketlens.classifier

import android.content.Context
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

    @Test
    fun namesAPhoto() {
        val out = System.out
        val said = ByteArrayOutputStream()
        System.setOut(PrintStream(said, true))
        try {
            readme(TestFiles.context, Uri.fromFile(File(TestFiles.photos, "cat.png")))
        } finally {
            System.setOut(out)
        }
        assertEquals("Cat", said.toString().lines().first())
    }

    /** What is compiled here and in ReadmeJavaTest is what the README shows. */
    @Test
    fun isWhatTheReadmeShows() {
        val readme = File(TestFiles.root, "android/README.md").readText()
        val tests = File(TestFiles.root, "android/classifier/src/test")
        for (file in listOf("kotlin/$FOLDER/ReadmeTest.kt", "java/$FOLDER/ReadmeJavaTest.java")) {
            val shown =
                File(tests, file)
                    .readText()
                    .split("// README\n")[1]
                    .trimIndent()
                    .trim()
            assertTrue("android/README.md does not show what $file compiles:\n$shown", shown in readme)
        }
    }

    private companion object {
        const val FOLDER = "io/pocketlens/classifier"
    }
}

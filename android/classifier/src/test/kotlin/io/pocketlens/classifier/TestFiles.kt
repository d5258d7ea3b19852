package io.pocketlens.classifier

import android.content.Context
import android.graphics.Bitmap
import android.graphics.BitmapFactory
import org.json.JSONObject
import org.junit.Assert.assertTrue
import org.robolectric.RuntimeEnvironment
import java.io.File
import java.security.MessageDigest

/** The repository's files that the tests read: the demo package, sample photos, damaged packages. */
internal object TestFiles {
    val root = File(System.getProperty("pocketlens.root").orEmpty()).canonicalFile
    val photos = File(root, "tests/data/photos")
    val damaged = File(root, "build/test-data/packages")

    /** What `tests/make_own_package.py` makes before the tests. */
    val own = File(root, "build/test-data/own")

    /** The demo package as a folder; its tests need it, so a missing one fails them. */
    val demo: File
        get() {
            val folder = File(root, "build/packages/mobilenetv2-openimages")
            assertTrue("The demo package is missing at $folder. Type: make demo", folder.isDirectory)
            return folder
        }

    const val ASSET = "packages/mobilenetv2-openimages.zip"

    val context: Context get() = RuntimeEnvironment.getApplication()

    fun photo(name: String): Bitmap = checkNotNull(BitmapFactory.decodeFile(File(photos, name).path)) { name }

    /** A copy of the demo package in which `change` has replaced files; the manifest fits again. */
    fun changedDemo(
        target: File,
        change: (File) -> Unit,
    ): File {
        demo.copyRecursively(target)
        change(target)
        val manifest = File(target, "model.json")
        val json = JSONObject(manifest.readText())
        val files = json.getJSONObject("files")
        for (name in files.keys()) {
            val bytes = File(target, name).readBytes()
            files.getJSONObject(name).put("size", bytes.size).put("sha256", sha256(bytes))
        }
        manifest.writeText(json.toString())
        return target
    }

    private fun sha256(bytes: ByteArray): String =
        MessageDigest.getInstance("SHA-256").digest(bytes).joinToString("") { "%02x".format(it) }
}

/** The code with which a call fails; null when it does not. */
internal fun failure(call: () -> Unit): ErrorCode? =
    try {
        call()
        null
    } catch (error: ClassifierException) {
        assertTrue("an error explains itself: ${error.message}", error.message.orEmpty().length > MESSAGE_LENGTH)
        error.code
    }

private const val MESSAGE_LENGTH = 10

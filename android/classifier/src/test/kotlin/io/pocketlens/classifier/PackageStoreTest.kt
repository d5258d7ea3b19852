package io.pocketlens.classifier

import android.net.Uri
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertTrue
import org.junit.Before
import org.junit.Rule
import org.junit.Test
import org.junit.rules.TemporaryFolder
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.Shadows.shadowOf
import java.io.File
import java.util.zip.Deflater
import java.util.zip.ZipEntry
import java.util.zip.ZipOutputStream

/** Packages that a user brings in: whole or not at all. */
@RunWith(RobolectricTestRunner::class)
class PackageStoreTest {
    @get:Rule
    val temporary = TemporaryFolder()

    private val folder get() = File(temporary.root, "packages")
    private val store get() = PackageStore(folder)
    private lateinit var zip: File

    @Before
    fun copyAsset() {
        zip = temporary.newFile("download.bin")
        TestFiles.context.assets
            .open(TestFiles.ASSET)
            .use { input -> zip.outputStream().use { input.copyTo(it) } }
    }

    @Test
    fun importedPackagesAreListedOpenedAndRemoved() {
        val stored = store.add(TestFiles.context, Uri.fromFile(zip))
        assertEquals("mobilenetv2-openimages", stored.name)
        assertEquals(listOf(stored), store.list())
        Classifier.open(stored.file).use { assertEquals(601, it.labels.size) }
        assertTrue(store.remove(stored.name))
        assertFalse(store.remove(stored.name))
        assertEquals(emptyList<StoredPackage>(), store.list())
    }

    @Test
    fun importingAgainReplacesAndTheOpenOneGoesOn() {
        val stored = store.add(TestFiles.context, Uri.fromFile(zip))
        Classifier.open(stored.file).use { open ->
            val expected = open.classify(TestFiles.photo("cat.png")).labels
            store.add(TestFiles.context, Uri.fromFile(zip))
            store.remove(stored.name)
            assertEquals(expected, open.classify(TestFiles.photo("cat.png")).labels)
        }
    }

    @Test
    fun damagedPackagesLeaveNothingBehind() {
        val bytes = zip.readBytes()
        val flipped = bytes.copyOf().apply { this[size / 2] = (this[size / 2].toInt() xor 1).toByte() }
        val cases =
            mapOf(
                ErrorCode.BAD_ARCHIVE to bytes.copyOf(bytes.size - 1),
                ErrorCode.WRONG_HASH to flipped,
            )
        for ((code, content) in cases) {
            val file = temporary.newFile().apply { writeBytes(content) }
            assertEquals(code, failure { store.add(TestFiles.context, Uri.fromFile(file)) })
            assertEquals(emptyList<String>(), folder.list().orEmpty().toList())
        }
    }

    @Test
    fun aRefusedImportKeepsTheOlderPackage() {
        val stored = store.add(TestFiles.context, Uri.fromFile(zip))
        val before = stored.file.readBytes()
        val cut = temporary.newFile().apply { writeBytes(before.copyOf(before.size / 2)) }
        assertEquals(ErrorCode.BAD_ARCHIVE, failure { store.add(TestFiles.context, Uri.fromFile(cut)) })
        assertTrue(before.contentEquals(stored.file.readBytes()))
        assertEquals(1, folder.list().orEmpty().size)
    }

    @Test
    fun whatCannotBeReadIsSaid() {
        val nothing = Uri.fromFile(File(temporary.root, "none.zip"))
        assertEquals(ErrorCode.UNREADABLE_FILE, failure { store.add(TestFiles.context, nothing) })
        assertEquals(emptyList<String>(), folder.list().orEmpty().toList())
    }

    @Test
    fun aFolderThatCannotBeWrittenIsSaid() {
        val file = temporary.newFile("in-the-way")
        val blocked = PackageStore(File(file, "packages"))
        assertEquals(ErrorCode.CANNOT_WRITE, failure { blocked.add(TestFiles.context, Uri.fromFile(zip)) })
    }

    /** A provider is another app's code: what it throws must not reach the caller. */
    @Test
    fun whatAProviderThrowsIsNamed() {
        val resolver = TestFiles.context.contentResolver
        val thrown =
            listOf(
                IllegalArgumentException("no such document"),
                IllegalStateException("not ready"),
                UnsupportedOperationException("write only"),
                SecurityException("no permission"),
                NullPointerException(),
            )
        for ((index, error) in thrown.withIndex()) {
            val uri = Uri.parse("content://io.example/$index")
            shadowOf(resolver).registerInputStreamSupplier(uri) { throw error }
            assertEquals("$error", ErrorCode.UNREADABLE_FILE, failure { store.add(TestFiles.context, uri) })
            assertEquals("$error", ErrorCode.UNREADABLE_FILE, failure { Classifier.open(TestFiles.context, uri) })
            assertEquals("$error", ErrorCode.UNREADABLE_PHOTO, failure { Photo.load(TestFiles.context, uri) })
        }
        assertEquals(emptyList<String>(), folder.list().orEmpty().toList())
    }

    @Test
    fun aFullDiskIsNoUnreadableFile() {
        val full = File("/dev/full") // every write to it fails as on a full disk
        assertEquals(
            ErrorCode.CANNOT_WRITE,
            failure { PackageSources.copy(TestFiles.context, Uri.fromFile(zip), full) },
        )
    }

    @Test
    fun whatAKilledImportLeftIsRemoved() {
        folder.mkdirs()
        val old = File(folder, "import1.part").apply { writeText("left over") }
        assertTrue(old.setLastModified(System.currentTimeMillis() - 2 * HOUR_MILLIS))
        val running = File(folder, "import2.part").apply { writeText("another import is writing to it") }
        store.add(TestFiles.context, Uri.fromFile(zip))
        assertFalse(old.exists())
        assertTrue(running.exists())
    }

    @Test
    fun removingTakesNoPaths() {
        val outside = temporary.newFile("outside.zip")
        assertEquals(ErrorCode.BAD_MANIFEST, failure { store.remove("../outside") })
        assertTrue(outside.isFile)
    }

    @Test
    fun strayFilesAreNotListed() {
        store.add(TestFiles.context, Uri.fromFile(zip))
        File(folder, "import123.part").writeText("left over")
        File(folder, "broken.zip").writeText("no zip")
        assertEquals(listOf("mobilenetv2-openimages"), store.list().map { it.name })
    }

    @Test
    fun zipsOfFinderAndWindowsAreImported() {
        for (prefix in listOf("", "my model/", "my model\\")) {
            val stored = store.add(TestFiles.context, Uri.fromFile(foreign(prefix)))
            assertEquals(prefix, "mobilenetv2-openimages", stored.name)
            Classifier.open(stored.file).use { assertEquals(601, it.labels.size) }
            assertEquals(prefix, 1, folder.list()?.size)
            assertTrue(store.remove(stored.name))
        }
    }

    @Test
    fun foreignZipsThatHoldNoWholePackageLeaveNothingBehind() {
        val damaged = foreign("a/") { name, bytes -> if (name == "labels.csv") bytes.copyOf(bytes.size - 1) else bytes }
        val cases =
            mapOf(
                damaged to ErrorCode.WRONG_SIZE,
                foreign("a/", more = mapOf("a/unknown.txt" to ByteArray(1))) to ErrorCode.UNEXPECTED_FILE,
                foreign("a/", more = mapOf("b/model.json" to ByteArray(1))) to ErrorCode.PATH_OUTSIDE_PACKAGE,
                foreign("a/", more = mapOf("a/bomb.csv" to ByteArray(BOMB))) to ErrorCode.PATH_OUTSIDE_PACKAGE,
            )
        for ((file, code) in cases) {
            assertEquals(code, failure { store.add(TestFiles.context, Uri.fromFile(file)) })
            assertEquals(code.name, 0, folder.list()?.size)
        }
    }

    /** The demo package as Finder zips its folder: compressed, below [prefix], with files of Finder's own. */
    private fun foreign(
        prefix: String,
        more: Map<String, ByteArray> = emptyMap(),
        change: (String, ByteArray) -> ByteArray = { _, bytes -> bytes },
    ): File {
        val finders = mapOf("$prefix.DS_Store" to ByteArray(1), "__MACOSX/$prefix._model.json" to ByteArray(1))
        val listed = TestFiles.demo.listFiles().orEmpty()
        val files = listed.associate { prefix + it.name to change(it.name, it.readBytes()) }
        val target = temporary.newFile()
        ZipOutputStream(target.outputStream()).use { out ->
            out.setLevel(Deflater.BEST_SPEED)
            for ((name, bytes) in files + finders + more) {
                out.putNextEntry(ZipEntry(name))
                out.write(bytes)
                out.closeEntry()
            }
        }
        return target
    }

    private companion object {
        const val HOUR_MILLIS = 60 * 60 * 1000L
        const val BOMB = (1 shl 24) + 1
    }
}

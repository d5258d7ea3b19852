package io.pocketlens.classifier

import android.net.Uri
import org.junit.Assert.assertEquals
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Rule
import org.junit.Test
import org.junit.rules.TemporaryFolder
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import java.io.File

/** Opening packages: every way in, what they say of themselves, and what is refused. */
@RunWith(RobolectricTestRunner::class)
class PackageTest {
    @get:Rule
    val folder = TemporaryFolder()

    private val assetCopy: File by lazy {
        folder.newFile("demo.zip").apply {
            TestFiles.context.assets
                .open(TestFiles.ASSET)
                .use { input -> outputStream().use { input.copyTo(it) } }
        }
    }

    @Test
    fun opensFromAssetsFolderZipAndUri() {
        val context = TestFiles.context
        val ways =
            listOf(
                { Classifier.openAsset(context, TestFiles.ASSET) },
                { Classifier.open(TestFiles.demo) },
                { Classifier.open(assetCopy) },
                { Classifier.open(context, Uri.fromFile(assetCopy)) },
            )
        val results =
            ways.map { open ->
                open().use { it.classify(TestFiles.photo("cat.png")).probabilities.asList() }
            }
        assertEquals(1, results.distinct().size)
        assertNoCopyStaysBehind()
    }

    @Test
    fun describesItself() {
        Classifier.open(TestFiles.demo).use { classifier ->
            val model = classifier.model
            assertEquals("mobilenetv2-openimages", model.name)
            assertEquals("1.0.0", model.version)
            assertEquals("float32", model.weights)
            assertEquals(1e-4, model.parityTolerance, 1e-12)
            assertEquals(601, model.labels.size)
            assertEquals(File(TestFiles.demo, "model.json").readText(), model.manifest)
            assertEquals(setOf("de", "es", "fr", "zh"), model.languages.toSet())
        }
        assertTrue(Classifier.runtimeVersion().contains("2.0.0"))
    }

    @Test
    fun labelsAreThoseOfTheTables() {
        val rows = File(TestFiles.demo, "labels.csv").readLines().drop(1)
        val thresholds = File(TestFiles.demo, "thresholds.csv").readLines().drop(1).map { it.split(',') }
        Classifier.open(TestFiles.demo).use { classifier ->
            assertEquals(rows, classifier.labels.map { "${it.index},${it.mid},${it.name}" })
            for ((row, label) in thresholds.zip(classifier.labels)) {
                assertEquals(row[2].toFloat(), label.threshold, 0f)
                assertEquals(row[3].uppercase(), label.status.name)
                assertEquals(row[4].toFloatOrNull(), label.precision)
                assertEquals(row[7].toIntOrNull(), label.support)
            }
        }
    }

    @Test
    fun hierarchyIsThatOfTheTable() {
        val rows = File(TestFiles.demo, "hierarchy.csv").readLines().drop(1).toSet()
        Classifier.open(TestFiles.demo).use { classifier ->
            val labels = classifier.labels
            val found = labels.flatMap { parent -> parent.children.map { "${parent.mid},${labels[it].mid}" } }
            assertEquals(rows, found.toSet())
            assertEquals(rows.size, found.size)
            for (label in labels) {
                assertTrue(label.parents.all { label.index in labels[it].children })
            }
        }
    }

    @Test
    fun namesInOtherLanguages() {
        Classifier.open(TestFiles.demo).use { classifier ->
            val cat = classifier.labels.first { it.name == "Cat" }.index
            assertEquals("猫", classifier.names("zh")[cat])
            assertEquals("Katze", classifier.names("de")[cat])
            assertEquals(601, classifier.names("fr").size)
            assertEquals(ErrorCode.BAD_NAMES, failure { classifier.names("xx") })
        }
    }

    @Test
    fun namesBeyondTheBasicPlaneArriveWhole() {
        val changed =
            TestFiles.changedDemo(File(folder.root, "emoji")) { target ->
                val labels = File(target, "labels.csv")
                labels.writeText(labels.readText().replace(",Cat\n", ",Cat \uD83D\uDC08 猫\n"))
            }
        Classifier.open(changed).use { classifier ->
            assertTrue(classifier.labels.any { it.name == "Cat \uD83D\uDC08 猫" })
            val legacy = classifier.legacyScoreText(FloatArray(601))
            assertTrue(legacy.contains("Cat \uD83D\uDC08 猫:0.000000;"))
        }
    }

    @Test
    fun everyDamagedPackageIsRefusedByItsName() {
        val cases = File(TestFiles.damaged, "cases.csv").readLines().drop(1).map { it.split(',') }
        assertTrue(cases.size > 60)
        NativeLibrary.load()
        for ((name, expected) in cases) {
            val found = failure { NativeCalls.inspect(File(TestFiles.damaged, name).path) }
            assertEquals(name, expected, found?.key ?: "ok")
        }
    }

    @Test
    fun aDamagedModelIsRefusedOnOpening() {
        val changed =
            TestFiles.changedDemo(File(folder.root, "cut")) { target ->
                val model = File(target, "model.ms")
                model.writeBytes(model.readBytes().copyOf(1_000_000))
            }
        assertEquals(ErrorCode.MODEL_BUILD_FAILED, failure { Classifier.open(changed).close() })
    }

    @Test
    fun featuresPackagesAreOfTheWrongKind() {
        val changed = TestFiles.changedDemo(File(folder.root, "features")) { target -> makeFeatures(target) }
        assertEquals(ErrorCode.WRONG_KIND, failure { Classifier.open(changed).close() })
    }

    @Test
    fun whatIsNotThereIsMissing() {
        val context = TestFiles.context
        assertEquals(ErrorCode.MISSING_FILE, failure { Classifier.open(File("/no/such/package.zip")).close() })
        assertEquals(ErrorCode.MISSING_FILE, failure { Classifier.openAsset(context, "no-such.zip").close() })
        val uri = Uri.fromFile(File(folder.root, "no-such.zip"))
        assertEquals(ErrorCode.UNREADABLE_FILE, failure { Classifier.open(context, uri).close() })
        assertNoCopyStaysBehind()
    }

    @Test
    fun strictnessMovesThresholdsAndNotProbabilities() {
        val photo = TestFiles.photo("cat.png")
        val results =
            Strictness.entries.associateWith { strictness ->
                Classifier.open(TestFiles.demo, ClassifierSettings(strictness = strictness)).use {
                    it.labels[0].threshold.toDouble() to it.classify(photo).probabilities.asList()
                }
            }
        assertEquals(1, results.values.distinctBy { it.second }.size)
        val normal = results.getValue(Strictness.NORMAL).first
        val odds = normal / (1 - normal)
        for ((strictness, result) in results) {
            val expected = odds * strictness.oddsFactor / (1 + odds * strictness.oddsFactor)
            assertEquals(strictness.name, expected, result.first, 1e-6)
        }
    }

    @Test
    fun settingsOutOfRangeAreRefused() {
        for (threads in listOf(0, -3, 65, Int.MAX_VALUE)) {
            val settings = ClassifierSettings(threads = threads)
            assertEquals(
                "$threads threads",
                ErrorCode.BAD_SETTINGS,
                failure { Classifier.open(TestFiles.demo, settings) },
            )
        }
        for (affinity in Affinity.entries) {
            val settings = ClassifierSettings(threads = 1, affinity = affinity, fp16 = true)
            assertNull(affinity.name, failure { Classifier.open(TestFiles.demo, settings).close() })
        }
    }

    @Test
    fun theReferencePictureDecidesWhatTheModelRunsOn() {
        Classifier.open(TestFiles.demo).use {
            assertEquals(Backend("CPU float32", "CPU float32", null, ""), it.model.backend)
        }
        val trial = File(TestFiles.context.filesDir, "trial")
        val settings = ClassifierSettings(device = Device.GPU, trialFile = trial)
        Classifier.open(TestFiles.demo, settings).use {
            val backend = it.model.backend
            assertEquals("GPU float32", backend?.asked)
            assertEquals("CPU float32", backend?.used) // a desk's runtime has no GPU
            assertTrue(backend?.reason.orEmpty(), backend?.reason.orEmpty().startsWith("It could not be built"))
        }
        assertEquals(false, trial.exists())
    }

    private fun assertNoCopyStaysBehind() =
        assertEquals(
            "no copy stays behind",
            emptyList<String>(),
            TestFiles.context.cacheDir
                .list()
                .orEmpty()
                .toList(),
        )

    /** Turns the package into one that has no labels. */
    private fun makeFeatures(target: File) {
        val manifest = File(target, "model.json")
        val json = org.json.JSONObject(manifest.readText()).put("kind", "features")
        json.remove("embedding")
        val gone = target.listFiles().orEmpty().filter { it.extension == "csv" || it.name.endsWith("embedding.bin") }
        for (file in gone) {
            file.delete()
            json.getJSONObject("files").remove(file.name)
        }
        manifest.writeText(json.toString())
    }
}

package io.pocketlens.classifier

import android.graphics.Bitmap
import org.junit.After
import org.junit.Assert.assertArrayEquals
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertNotEquals
import org.junit.Assert.assertNotNull
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Before
import org.junit.Rule
import org.junit.Test
import org.junit.rules.TemporaryFolder
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import java.io.File
import java.util.concurrent.ConcurrentLinkedQueue
import kotlin.concurrent.thread

/** Teaching with real photos, through JNI and the real model. */
@RunWith(RobolectricTestRunner::class)
class TeachingTest {
    @get:Rule
    val folder = TemporaryFolder()

    private val cat by lazy { TestFiles.photo("cat.png") }
    private lateinit var classifier: Classifier

    @Before
    fun open() {
        classifier = Classifier.openAsset(TestFiles.context, TestFiles.ASSET)
    }

    @After
    fun close() = classifier.close()

    /** The part of the cat that is looked at, so that pictures of it differ. */
    private fun part(shot: Int) =
        Photo(cat).cut(Region.shares(0.03 * shot, 0.02 * shot, 0.9 - 0.05 * shot, 0.9 - 0.03 * shot))

    private fun taught(): TaughtLabels =
        classifier.newTaughtLabels().also { set -> repeat(SHOTS) { classifier.teach(set, "My tiger", part(it)) } }

    @Test
    fun whatWasTaughtIsNamed() {
        classifier.newTaughtLabels().use { set ->
            val before = classifier.classify(cat)
            val first = classifier.teach(set, "My tiger", part(0))
            assertEquals("own/my-tiger" to 1, first.mid to first.pictures)
            assertNull(first.likeness)
            assertFalse(first.saysLittle)
            val again = classifier.teach(set, "my TIGER", part(0))
            assertEquals("the same picture", 1f, again.likeness ?: 0f, 1e-3f)
            assertTrue(again.saysLittle)
            assertEquals(first.id, again.id)
            repeat(SHOTS) { classifier.teach(set, "My tiger", part(it + 1)) }
            assertEquals("nothing is used yet", before.headline, classifier.classify(cat).headline)
            classifier.useTaught(set)
            val seen = classifier.classify(cat)
            val headline = checkNotNull(seen.headline)
            assertTrue(headline.label.isTaught && headline.isSure)
            assertEquals("My tiger", headline.label.name)
            assertEquals(classifier.labels.size, headline.label.index)
            assertTrue("the model's own stay", seen.labels.any { it.label.name == "Cat" && !it.label.isTaught })
            assertArrayEquals(before.probabilities, seen.probabilities, 0f)
            assertEquals(headline.label.threshold, set.list().single().threshold)
            assertNotEquals(
                "My tiger",
                classifier
                    .classify(TestFiles.photo("panda.jpg"))
                    .headline
                    ?.label
                    ?.name,
            )
            classifier.useTaught(null)
            assertEquals(before.headline, classifier.classify(cat).headline)
        }
    }

    @Test
    fun aLabelOfTheModelIsCorrected() {
        classifier.newTaughtLabels().use { set ->
            val german = classifier.names("de")
            val lizard = classifier.labels.first { it.name == "Lizard" }
            val told = classifier.teach(set, german[lizard.index], part(0))
            assertEquals(lizard.mid, told.mid)
            classifier.useTaught(set)
            val headline = classifier.classify(part(0), ClassifyOptions()).headline?.label
            assertEquals(lizard.mid to true, headline?.mid to headline?.isTaught)
            assertEquals(lizard.parents, headline?.parents)
        }
    }

    @Test
    fun labelsAreListedRenamedAndRemoved() {
        taught().use { set ->
            classifier.teach(set, "Other", TestFiles.photo("coffee.jpg"))
            val (tiger, other) = set.list()
            assertEquals(listOf("My tiger", "Other"), listOf(tiger.name, other.name))
            assertEquals(SHOTS, tiger.pictures.distinct().size)
            assertNotNull(tiger.agreement)
            assertNull(other.agreement)
            set.rename(tiger.mid, "Mimi")
            classifier.useTaught(set)
            assertEquals(
                "Mimi",
                classifier
                    .classify(cat)
                    .headline
                    ?.label
                    ?.name,
            )
            assertEquals("its new name finds it", tiger.mid, classifier.teach(set, "mimi", part(SHOTS)).mid)
            set.removePicture(tiger.mid, 0)
            assertEquals(tiger.pictures.drop(1), set.list()[0].pictures.dropLast(1))
            set.removePicture(other.mid, 0)
            assertEquals("it goes with its last picture", listOf(tiger.mid), set.list().map { it.mid })
            set.remove(tiger.mid)
            assertEquals(emptyList<TaughtLabel>(), set.list())
            assertNotEquals(
                "Mimi",
                classifier
                    .classify(cat)
                    .headline
                    ?.label
                    ?.name,
            )
            assertEquals(ErrorCode.UNKNOWN_TAUGHT, failure { set.remove(tiger.mid) })
            assertEquals(ErrorCode.UNKNOWN_TAUGHT, failure { set.removePicture(tiger.mid, 0) })
            assertEquals(ErrorCode.UNKNOWN_TAUGHT, failure { set.rename(tiger.mid, "Mimi") })
        }
    }

    @Test
    fun aSetIsSavedAndOpenedAndPutTogether() {
        taught().use { set ->
            val file = File(folder.root, "mine.taught")
            set.save(file)
            assertArrayEquals(set.toBytes(), file.readBytes())
            assertEquals(
                listOf(file.name),
                folder.root
                    .list()
                    .orEmpty()
                    .toList(),
            )
            classifier.openTaughtLabels(file).use { assertEquals(set.list(), it.list()) }
            classifier.readTaughtLabels(file.readBytes()).use { other ->
                other.removePicture("own/my-tiger", 0)
                classifier.teach(other, "Other", TestFiles.photo("coffee.jpg"))
                val added = classifier.teach(other, "My tiger", part(SHOTS))
                set.addAll(other)
                val (tiger, more) = set.list()
                assertEquals("Other", more.name)
                assertEquals(SHOTS + 1, tiger.pictures.size)
                assertEquals(added.id, tiger.pictures.last())
                set.addAll(set)
                assertEquals(listOf(tiger, more), set.list())
            }
            assertEquals(ErrorCode.CANNOT_WRITE, failure { set.save(File(folder.root, "none/mine.taught")) })
        }
    }

    @Test
    fun errorsAreNamed() {
        val bytes = taught().use { it.toBytes() }
        val read = { given: ByteArray -> failure { classifier.readTaughtLabels(given).close() } }
        assertEquals(ErrorCode.BAD_TAUGHT, read(ByteArray(0)))
        assertEquals(ErrorCode.BAD_TAUGHT, read("PLTAUGHT".toByteArray()))
        assertEquals(ErrorCode.UNKNOWN_FORMAT_VERSION, read(bytes.copyOf().apply { this[8] = 2 }))
        for (place in bytes.indices step 97) {
            val damaged = bytes.copyOf().apply { this[place] = (this[place] + 1).toByte() }
            assertTrue("$place", read(damaged) in listOf(ErrorCode.BAD_TAUGHT, ErrorCode.UNKNOWN_FORMAT_VERSION))
        }
        for (length in bytes.indices step 61) assertEquals("$length", ErrorCode.BAD_TAUGHT, read(bytes.copyOf(length)))
        assertEquals(ErrorCode.MISSING_FILE, failure { classifier.openTaughtLabels(File("/none")) })
        classifier.newTaughtLabels().use { set ->
            for (name in listOf("", " ", "a\u0000b", "x".repeat(401))) {
                assertEquals(name, ErrorCode.BAD_TAUGHT_LABEL, failure { classifier.teach(set, name, cat) })
            }
            val recycled = Bitmap.createBitmap(8, 8, Bitmap.Config.ARGB_8888).apply { recycle() }
            assertEquals(ErrorCode.BAD_FRAME, failure { classifier.teach(set, "Tiger", recycled) })
            val alpha = Bitmap.createBitmap(8, 8, Bitmap.Config.ALPHA_8)
            assertEquals(ErrorCode.UNSUPPORTED_FORMAT, failure { classifier.teach(set, "Tiger", alpha) })
            assertEquals(emptyList<TaughtLabel>(), set.list())
        }
        val foreign = object : TaughtLabels by classifier.newTaughtLabels() {}
        assertEquals(ErrorCode.OTHER_EMBEDDING, failure { classifier.useTaught(foreign) })
        foreign.close()
    }

    @Test
    fun aPackageOfAnotherModelRefusesThem() {
        val package2 =
            TestFiles.changedDemo(File(folder.root, "other")) { root ->
                val space = File(root, "embedding.bin")
                space.writeBytes(space.readBytes().apply { this[OF_A_SCALE] = (this[OF_A_SCALE] + 1).toByte() })
            }
        val set = taught()
        Classifier.open(package2).use { other ->
            assertEquals(ErrorCode.OTHER_EMBEDDING, failure { other.useTaught(set) })
            assertEquals(ErrorCode.OTHER_EMBEDDING, failure { other.teach(set, "Tiger", cat) })
            assertEquals(ErrorCode.OTHER_EMBEDDING, failure { other.readTaughtLabels(set.toBytes()).close() })
            other.newTaughtLabels().use { empty ->
                assertEquals(ErrorCode.OTHER_EMBEDDING, failure { empty.addAll(set) })
            }
        }
        set.close()
    }

    @Test
    fun aPackageWithoutAnEmbeddingCannotBeTaught() {
        val bare =
            TestFiles.changedDemo(File(folder.root, "bare")) { root ->
                File(root, "embedding.bin").delete()
                val manifest = File(root, "model.json")
                val json = org.json.JSONObject(manifest.readText())
                json.getJSONObject("files").remove("embedding.bin")
                manifest.writeText(json.toString())
            }
        Classifier.open(bare).use { other ->
            assertEquals(ErrorCode.NO_EMBEDDING, failure { other.newTaughtLabels().close() })
            taught().use { set ->
                assertEquals(ErrorCode.NO_EMBEDDING, failure { other.useTaught(set) })
                assertEquals(ErrorCode.NO_EMBEDDING, failure { other.teach(set, "Tiger", cat) })
            }
        }
    }

    @Test
    fun whatIsClosedIsClosed() {
        val set = taught()
        classifier.useTaught(set)
        set.close()
        set.close()
        val calls =
            listOf<() -> Unit>(
                { set.list() },
                { set.remove("own/my-tiger") },
                { set.removePicture("own/my-tiger", 0) },
                { set.rename("own/my-tiger", "x") },
                { set.addAll(set) },
                { set.toBytes() },
                { set.save(File(folder.root, "x")) },
                { classifier.useTaught(set) },
                { classifier.teach(set, "x", cat) },
            )
        for (call in calls) assertEquals(ErrorCode.CLOSED, failure(call))
        assertEquals(
            "who uses it goes on",
            "My tiger",
            classifier
                .classify(cat)
                .headline
                ?.label
                ?.name,
        )
        val other = classifier.newTaughtLabels()
        classifier.close()
        assertEquals(ErrorCode.CLOSED, failure { classifier.newTaughtLabels() })
        assertEquals(ErrorCode.CLOSED, failure { classifier.teach(other, "x", cat) })
        assertEquals("a set needs no classifier", emptyList<TaughtLabel>(), other.list())
        other.close()
    }

    @Test
    fun severalThreadsTeachClassifyAndRemove() {
        val set = classifier.newTaughtLabels()
        classifier.useTaught(set)
        val unexpected = ConcurrentLinkedQueue<Throwable>()
        val work =
            List(THREADS) { own ->
                thread {
                    try {
                        repeat(ROUNDS) {
                            classifier.teach(set, "Label $own", part(it % SHOTS))
                            classifier.classify(cat)
                            set.list()
                            if (own == 0) set.remove("own/label-0")
                            set.save(File(folder.root, "shared.taught"))
                        }
                    } catch (error: ClassifierException) {
                        unexpected.add(error)
                    }
                }
            }
        work.forEach { it.join() }
        assertEquals(emptyList<Throwable>(), unexpected.toList())
        val counts = set.list().associate { it.name to it.pictures.size }
        assertEquals((1 until THREADS).associate { "Label $it" to ROUNDS }, counts)
        classifier.openTaughtLabels(File(folder.root, "shared.taught")).close()
        set.close()
    }

    @Test
    fun ranksTheMeanOfFramesByTheirEmbeddings() {
        taught().use { set ->
            classifier.useTaught(set)
            val seen = classifier.classify(cat)
            assertEquals(EMBEDDING, seen.embedding.size)
            val ranked = classifier.rank(seen.probabilities, seen.embedding, ClassifyOptions())
            assertEquals(seen.headline, ranked.headline)
            assertEquals(seen.labels, ranked.labels)
            assertFalse(classifier.rank(seen.probabilities).labels.any { it.label.isTaught })
            val rank = { e: FloatArray -> failure { classifier.rank(seen.probabilities, e, ClassifyOptions()) } }
            assertEquals(ErrorCode.BAD_EMBEDDING, rank(FloatArray(3)))
            val broken = seen.embedding.copyOf().apply { this[7] = Float.NaN }
            assertEquals(ErrorCode.SCORE_NOT_FINITE, rank(broken))
        }
    }

    @Test
    fun inventedHandlesAreClosed() {
        handle = NativeCalls.open(TestFiles.demo.path, 1, 0, false, 0, "", 1.0)
        val real = NativeTeaching.empty(handle)
        for (set in listOf(0L, -1L, real + 1, Long.MAX_VALUE, Long.MIN_VALUE, handle + 100)) {
            for (call in callsWith(set)) assertEquals("$set", ErrorCode.CLOSED, failure(call))
            NativeTeaching.closeSet(set)
        }
        for (none in listOf(0L, -7L, Long.MAX_VALUE)) {
            assertEquals(ErrorCode.CLOSED, failure { NativeTeaching.empty(none) })
            assertEquals(ErrorCode.CLOSED, failure { NativeTeaching.openSet(none, "x") })
            assertEquals(ErrorCode.CLOSED, failure { NativeTeaching.read(none, ByteArray(9)) })
            assertEquals(ErrorCode.CLOSED, failure { NativeTeaching.use(none, real) })
            val teach = { NativeTeaching.teachBitmap(none, real, "x", cat, 0, false, null) }
            assertEquals(ErrorCode.CLOSED, failure { teach() })
        }
        NativeTeaching.closeSet(real)
        NativeCalls.close(handle)
    }

    private var handle = 0L

    private fun callsWith(set: Long): List<() -> Unit> =
        listOf<() -> Unit>(
            { NativeTeaching.write(set) },
            { NativeTeaching.list(set) },
            { NativeTeaching.save(set, "x") },
            { NativeTeaching.remove(set, "x") },
            { NativeTeaching.removePicture(set, "x", 0) },
            { NativeTeaching.rename(set, "x", "y") },
            { NativeTeaching.merge(set, set) },
            { NativeTeaching.teachBitmap(handle, set, "x", cat, 0, false, null) },
            { NativeTeaching.use(handle, if (set == 0L) -1L else set) },
        )

    private companion object {
        const val SHOTS = 5
        const val THREADS = 4
        const val ROUNDS = 6
        const val EMBEDDING = 1280
        const val OF_A_SCALE = 64 + 4 * EMBEDDING
    }
}

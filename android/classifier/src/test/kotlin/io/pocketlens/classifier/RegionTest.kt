package io.pocketlens.classifier

import android.graphics.Bitmap
import android.graphics.RectF
import org.junit.After
import org.junit.Assert.assertArrayEquals
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Before
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner

/** A region gives what the picture cut to it gives, in every form, however it is turned. */
@RunWith(RobolectricTestRunner::class)
class RegionTest {
    private lateinit var classifier: Classifier
    private val cat by lazy { TestFiles.photo("cat.png") }

    @Before
    fun open() {
        classifier = Classifier.open(TestFiles.demo)
    }

    @After
    fun close() = classifier.close()

    /** [stored] turned clockwise, then mirrored, then cut, pixel by pixel. */
    private fun cut(
        stored: Bitmap,
        rotation: Int,
        mirror: Boolean,
        bounds: IntArray,
    ): Bitmap {
        val turned = rotation % HALF_TURN != 0
        val width = if (turned) stored.height else stored.width
        val height = if (turned) stored.width else stored.height
        val (left, top) = bounds
        val out = Bitmap.createBitmap(bounds[2], bounds[3], Bitmap.Config.ARGB_8888)
        for (y in 0 until out.height) {
            for (x in 0 until out.width) {
                val upX = if (mirror) width - 1 - (left + x) else left + x
                val upY = top + y
                val pixel =
                    when (rotation) {
                        0 -> stored.getPixel(upX, upY)
                        90 -> stored.getPixel(upY, width - 1 - upX)
                        180 -> stored.getPixel(width - 1 - upX, height - 1 - upY)
                        else -> stored.getPixel(height - 1 - upY, upX)
                    }
                out.setPixel(x, y, pixel)
            }
        }
        return out
    }

    private fun region(bounds: IntArray) = Region.pixels(bounds[0], bounds[1], bounds[2], bounds[3])

    @Test
    fun ofABitmapTurnedAndMirrored() {
        val bounds = intArrayOf(31, 17, 101, 75)
        for (rotation in listOf(0, 90, 180, 270)) {
            for (mirror in listOf(false, true)) {
                val expected = classifier.inputTensor(Photo(cut(cat, rotation, mirror, bounds)))
                val photo = Photo(cat, rotation, mirror, region = region(bounds))
                assertArrayEquals("$rotation $mirror", expected, classifier.inputTensor(photo), 0f)
            }
        }
    }

    @Test
    fun ofPlanesWhoseChromaItCutsThrough() {
        val picture = YuvPicture(cat)
        val whole = picture.toBitmap()
        for (bounds in listOf(intArrayOf(1, 1, 77, 91), intArrayOf(30, 7, 64, 64), intArrayOf(3, 0, 1, 9))) {
            val expected = classifier.classify(cut(whole, 0, false, bounds)).probabilities
            for (frame in listOf(picture.planar(), picture.semiPlanar(), picture.padded())) {
                assertArrayEquals(expected, classifier.classify(frame.cut(region(bounds))).probabilities, 0f)
            }
        }
    }

    @Test
    fun inSharesOfTheUprightPicture() {
        val pixels = Region.pixels(0, (cat.width + 1) / 2, cat.height, cat.width / 2)
        val shares = Region.shares(RectF(0f, 0.5f, 1f, 1f))
        val turned = Photo(cat, rotation = 90)
        assertArrayEquals(
            classifier.inputTensor(turned.cut(pixels)),
            classifier.inputTensor(turned.cut(shares)),
            0f,
        )
    }

    @Test
    fun outsideOfThePictureIsRefusedByName() {
        val bad =
            listOf(
                Region.pixels(0, 0, 0, 5),
                Region.pixels(-1, 0, 5, 5),
                Region.pixels(0, 0, cat.width + 1, 5),
                Region.pixels(Int.MAX_VALUE, 0, Int.MAX_VALUE, 5),
                Region.shares(0.5, 0.0, 0.6, 1.0),
                Region.shares(0.0, Double.NaN, 1.0, 1.0),
            )
        for (region in bad) {
            assertEquals("$region", ErrorCode.BAD_FRAME, failure { classifier.classify(Photo(cat).cut(region)) })
            val frame = YuvPicture(cat).planar().cut(region)
            assertEquals("$region", ErrorCode.BAD_FRAME, failure { classifier.classify(frame) })
            assertEquals("$region", ErrorCode.BAD_FRAME, failure { classifier.inputTensor(frame) })
        }
        val handle = NativeCalls.open(TestFiles.demo.path, 1, 0, false, 0, "", 1.0)
        for (numbers in listOf(doubleArrayOf(), doubleArrayOf(3.0, 0.0, 0.0, 1.0, 1.0), DoubleArray(6) { 1.0 })) {
            val call = { NativeCalls.preprocessBitmap(handle, cat, 0, false, numbers) }
            assertEquals(ErrorCode.BAD_FRAME, failure { call() })
        }
        NativeCalls.close(handle)
    }

    @Test
    fun optionsLeaveOutLabels() {
        val everything = classifier.classify(cat, ClassifyOptions(classifier.labels.size))
        val first = everything.labels.first().label
        val without = classifier.classify(cat, ClassifyOptions(deny = listOf(first.mid)))
        assertTrue(without.labels.none { it.label == first } && without.headline?.label != first)
        assertEquals(everything.labels[1], without.labels.first())
        val two = listOf("Dog", "Cat")
        val allowed = classifier.classify(cat, ClassifyOptions(allow = two))
        assertEquals(everything.labels.filter { it.label.name in two }, allowed.labels)
        val sure = classifier.classify(cat, ClassifyOptions(classifier.labels.size, leastScore = 0.5f))
        assertEquals(everything.labels.filter { it.isSure }, sure.labels)
        val ranked = classifier.rank(everything.probabilities, ClassifyOptions(allow = two))
        assertEquals(allowed.labels, ranked.labels)
        assertArrayEquals(everything.probabilities, allowed.probabilities, 0f)
    }

    @Test
    fun optionsThatMakeNoSenseAreRefusedByName() {
        val unknown = ClassifyOptions(allow = listOf("Cat", "Catt"))
        val error = runCatching { classifier.classify(cat, unknown) }.exceptionOrNull() as ClassifierException
        assertEquals(ErrorCode.UNKNOWN_LABEL, error.code)
        assertTrue(error.message, error.message.orEmpty().contains("\"Catt\""))
        assertEquals(
            ErrorCode.UNKNOWN_LABEL,
            failure { classifier.classify(YuvPicture(cat).planar(), ClassifyOptions(deny = listOf(""))) },
        )
        for (least in listOf(-0.1f, 1.1f, Float.NaN)) {
            assertEquals(
                ErrorCode.BAD_SETTINGS,
                failure { classifier.classify(cat, ClassifyOptions(leastScore = least)) },
            )
        }
    }

    private companion object {
        const val HALF_TURN = 180
    }
}

package io.pocketlens.classifier

import android.graphics.Bitmap
import android.graphics.BitmapFactory
import org.junit.Assert.assertEquals
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import java.io.File

/** "None of these": a package that `own` has made, through JNI and the real model, held to NumPy's figures. */
@RunWith(RobolectricTestRunner::class)
class FamiliarityTest {
    /** Photo to familiarity, as `tests/make_own_package.py` wrote them. */
    private val told: Map<String, Float> =
        File(TestFiles.own, "familiar.csv").readLines().drop(1).associate { row ->
            val (photo, familiarity) = row.split(",")
            photo to familiarity.toFloat()
        }

    private fun open(): Classifier = Classifier.open(File(TestFiles.own, "package"))

    private fun picture(name: String): Bitmap =
        if (name == STRANGER) TestFiles.photo(name) else BitmapFactory.decodeFile(File(TestFiles.own, name).path)

    @Test
    fun isToldOfEveryPictureAndGatesTheHeadline() =
        open().use { classifier ->
            assertEquals(4, told.size)
            for ((name, expected) in told) {
                val seen = classifier.classify(picture(name))
                assertEquals(name, expected, checkNotNull(seen.familiarity), CLOSE)
                val tint = name.removeSuffix(".png").takeIf { name != STRANGER }
                assertEquals(name, tint, seen.headline?.label?.name)
                assertEquals("the rows stay", classifier.labels.size, seen.labels.size)
                if (tint == null) assertNull(seen.guess)
                assertEquals(name, tint != null, expected >= SURE)
                val ranked = classifier.rank(seen.probabilities, seen.embedding, ClassifyOptions())
                assertEquals(seen.familiarity, ranked.familiarity)
                assertEquals(seen.headline, ranked.headline)
            }
        }

    @Test
    fun whatIsTaughtLeadsAllTheSame() =
        open().use { classifier ->
            classifier.newTaughtLabels().use { set ->
                repeat(2) { classifier.teach(set, "Temple", picture(STRANGER)) }
                classifier.useTaught(set)
                val seen = classifier.classify(picture(STRANGER))
                assertEquals("Temple", seen.headline?.label?.name)
                assertTrue(checkNotNull(seen.familiarity) < SURE)
            }
        }

    @Test
    fun aPackageThatDoesNotSayHasNone() =
        Classifier.open(TestFiles.demo).use { assertNull(it.classify(picture(STRANGER)).familiarity) }

    private companion object {
        const val STRANGER = "temple.jpg"
        const val SURE = 0.5f
        const val CLOSE = 1e-4f
    }
}

package io.pocketlens.classifier

import android.graphics.Bitmap
import org.json.JSONArray
import org.junit.After
import org.junit.Assert.assertEquals
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Before
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import java.io.File
import java.util.concurrent.TimeUnit

/** A real photo through JNI and the real model gives what the tools on the desk give. */
@RunWith(RobolectricTestRunner::class)
class EndToEndTest {
    private lateinit var classifier: Classifier

    @Before
    fun open() {
        classifier = Classifier.openAsset(TestFiles.context, TestFiles.ASSET)
    }

    @After
    fun close() = classifier.close()

    @Test
    fun rawOutputsAreThoseOfTheDesk() {
        val desk = classifyOnTheDesk("cat.png")
        val phone = classifier.classify(TestFiles.photo("cat.png"), ClassifyOptions(classifier.labels.size))
        val labels = desk.getJSONArray("labels")
        assertEquals(labels.length(), phone.labels.size)
        for (i in 0 until labels.length()) {
            val expected = labels.getJSONObject(i)
            val found = phone.labels[i]
            assertEquals("place $i", expected.getString("mid"), found.label.mid)
            assertEquals("place $i", expected.getString("name"), found.label.name)
            assertEquals(expected.getDouble("probability"), found.probability.toDouble(), TOLERANCE)
            assertEquals(expected.getDouble("score"), found.score.toDouble(), TOLERANCE)
            assertEquals(found.probability, phone.probabilities[found.label.index], 0f)
        }
        assertEquals(desk.getJSONObject("headline").getString("mid"), phone.headline?.label?.mid)
    }

    @Test
    fun aCatIsACat() {
        val names = classifier.classify(TestFiles.photo("cat.png")).labels.map { it.label.name }
        assertTrue("a cat must be among $names", "Cat" in names)
    }

    @Test
    fun everySamplePhotoIsClassifiedAsAFile() {
        val photos = TestFiles.photos.listFiles { file -> file.extension in listOf("jpg", "png") }.orEmpty()
        assertTrue(photos.size >= 20)
        for (file in photos.sorted().take(PHOTOS)) {
            val result = classifier.classify(TestFiles.context, android.net.Uri.fromFile(file), ClassifyOptions(3))
            assertEquals(file.name, 3, result.labels.size)
            assertTrue(file.name, result.timings.decode > 0 && result.timings.inference > 0)
            assertTrue(result.labels.zipWithNext().all { (a, b) -> a.score >= b.score })
        }
    }

    @Test
    fun nothingToSeeIsNotSure() {
        val grey = Bitmap.createBitmap(320, 240, Bitmap.Config.ARGB_8888).apply { eraseColor(GREY) }
        val result = classifier.classify(grey)
        assertNull(result.labels.toString(), result.headline)
    }

    @Test
    fun topKIsCutToTheLabels() {
        val cat = TestFiles.photo("cat.png")
        assertEquals(0, classifier.classify(cat, ClassifyOptions(0)).labels.size)
        assertEquals(0, classifier.classify(cat, ClassifyOptions(-5)).labels.size)
        assertEquals(1, classifier.classify(cat, ClassifyOptions(1)).labels.size)
        val all = classifier.classify(cat, ClassifyOptions(Int.MAX_VALUE)).labels
        assertEquals(all.size, all.distinctBy { it.label.index }.size)
        assertTrue(all.size <= classifier.labels.size)
    }

    @Test
    fun tensorThenModelIsTheSameAsClassify() {
        val cat = Photo(TestFiles.photo("cat.png"))
        val outputs = classifier.run(classifier.inputTensor(cat))
        val classified = classifier.classify(cat).probabilities
        assertEquals(classified.asList(), outputs.asList())
    }

    @Test
    fun rankGivesWhatClassifyGave() {
        val classified = classifier.classify(TestFiles.photo("cat.png"))
        val ranked = classifier.rank(classified.probabilities)
        assertEquals(classified.labels, ranked.labels)
        assertEquals(classified.headline, ranked.headline)
        assertEquals(ErrorCode.OUTPUT_MISMATCH, failure { classifier.rank(FloatArray(3)) })
        val broken = classified.probabilities.copyOf().apply { this[0] = Float.NaN }
        assertEquals(ErrorCode.SCORE_NOT_FINITE, failure { classifier.rank(broken) })
    }

    @Test
    fun legacyTextHoldsEveryClassInOrder() {
        val probabilities = classifier.classify(TestFiles.photo("cat.png")).probabilities
        val parts = classifier.legacyScoreText(probabilities).split(';')
        assertEquals("", parts.last())
        assertEquals(classifier.labels.map { it.name }, parts.dropLast(1).map { it.substringBeforeLast(':') })
        assertTrue(parts.dropLast(1).all { Regex(""".+:[01]\.\d{6}""").matches(it) })
    }

    private fun classifyOnTheDesk(photo: String): org.json.JSONObject {
        val command = listOf("-m", "tools", "classify", File(TestFiles.photos, photo).path, "--json")
        val options = listOf("--package", TestFiles.demo.path, "--top", "100000")
        val python = File(TestFiles.root, ".venv/bin/python").path
        val builder = ProcessBuilder(listOf(python) + command + options).directory(TestFiles.root)
        builder.environment()["PYTHONPATH"] = TestFiles.root.path
        val errors = File.createTempFile("classify", ".txt")
        val process = builder.redirectError(errors).start()
        val text = process.inputStream.bufferedReader().readText()
        assertTrue(process.waitFor(1, TimeUnit.MINUTES))
        assertEquals(errors.readText(), 0, process.exitValue())
        return JSONArray(text).getJSONObject(0)
    }

    private companion object {
        const val TOLERANCE = 1e-6
        const val PHOTOS = 6
        const val GREY = -0x808081
    }
}

package io.pocketlens.classifier

import android.content.Context
import android.graphics.Bitmap
import android.media.Image
import android.net.Uri
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import java.io.ByteArrayOutputStream
import java.io.File
import java.io.PrintStream
import java.util.concurrent.LinkedBlockingQueue
import java.util.concurrent.TimeUnit

/**
 * The Kotlin of android/README.md and classifier/README.md as it stands there, compiled and run. That all of it is
 * in one of these tests, tests/android/test_readme_code.py looks up.
 */
@RunWith(RobolectricTestRunner::class)
class ReadmeTest {
    private val rotation = 0
    private val timestampNanos = 8L // of the frame after the image

    private fun photo(
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

    private fun bitmap(
        context: Context,
        bitmap: Bitmap,
    ) {
        // README
        val classifier = Classifier.openAsset(context, "packages/mobilenetv2-openimages.zip") // not on the main thread
        val seen = classifier.classify(bitmap)
        println(seen.headline?.label?.name ?: "not sure")
        seen.labels.forEach { println("${it.label.name}  ${it.score}") } // 0.5 and more: sure
        classifier.close()
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

    private fun live(
        classifier: Classifier,
        listener: LiveStream.Listener,
        image: Image,
        frame: YuvFrame,
        proxy: AutoCloseable,
    ): LiveStream {
        // README
        val live = LiveStream(classifier, listener, smoothing = Smoothing()) // listener: onResult, onError
        live.offer(image, rotation, mirror = false) // an android.media.Image: closed for you
        live.offer(frame, timestampNanos) { proxy.close() } // planes of your own, given back as you say
        // README
        return live
    }

    private fun part(
        classifier: Classifier,
        photo: Photo,
    ): Classification {
        // README
        val middle = Region.shares(0.25, 0.25, 0.5, 0.5) // x, y, width, height of the upright picture
        val options = ClassifyOptions(topK = 3, leastScore = 0.5f, deny = listOf("Animal"))
        val seen = classifier.classify(photo.cut(middle), options)
        // README
        return seen
    }

    private fun printed(what: () -> Unit): List<String> {
        val out = System.out
        val said = ByteArrayOutputStream()
        System.setOut(PrintStream(said, true))
        try {
            what()
        } finally {
            System.setOut(out)
        }
        return said.toString().trim().lines()
    }

    @Test
    fun namesAPhotoAndABitmap() {
        val cat = File(TestFiles.photos, "cat.png")
        for (said in listOf(
            printed { photo(TestFiles.context, Uri.fromFile(cat)) },
            printed { bitmap(TestFiles.context, TestFiles.photo("cat.png")) },
        )) {
            assertEquals("Cat", said.first())
            assertEquals(1 + ClassifyOptions.DEFAULT_TOP_K, said.size)
        }
    }

    @Test
    fun namesWhatItWasTaught() =
        Classifier.openAsset(TestFiles.context, TestFiles.ASSET).use { classifier ->
            val cup = TestFiles.photo("coffee.jpg")
            val said = printed { teaching(TestFiles.context, classifier, listOf(cup, cup), cup) }
            assertEquals("Show another side of it, or take it to another place.", said.first())
            assertEquals("My mug, taught: true", said.last())
        }

    @Test
    fun namesAPartOfAPhoto() {
        val cat = TestFiles.photo("cat.png")
        Classifier.open(TestFiles.demo).use { classifier ->
            val seen = part(classifier, Photo(cat))
            assertEquals("Cat", seen.headline?.label?.name)
            val (width, height) = cat.width / 2 to cat.height / 2
            val cut = Bitmap.createBitmap(cat, (cat.width + 2) / 4, (cat.height + 2) / 4, width, height)
            assertEquals(classifier.classify(cut).headline, seen.headline)
        }
    }

    @Test
    fun namesCameraFrames() {
        val picture = YuvPicture(TestFiles.photo("cat.png"))
        val answers = LinkedBlockingQueue<String>()
        val listener =
            object : LiveStream.Listener {
                override fun onResult(result: LiveResult) {
                    answers.add("${result.classification.headline?.label?.name} ${result.timestampNanos}")
                }

                override fun onError(error: ClassifierException) {
                    answers.add("$error")
                }
            }
        val image = FakeImage(picture.semiPlanar())
        val proxy = FakeImage(picture.planar())
        Classifier.open(TestFiles.demo).use { classifier ->
            live(classifier, listener, image, picture.planar(), proxy).use {
                // The first may have to make room for the second.
                val expected = "Cat $timestampNanos"
                assertTrue(generateSequence { answers.poll(1, TimeUnit.MINUTES) }.any { it == expected })
                assertEquals(listOf(1, 1), listOf(image, proxy).map { it.closes.get() })
            }
        }
    }
}

package io.pocketlens.classifier.coroutines

import android.content.Context
import android.graphics.Bitmap
import io.pocketlens.classifier.Classification
import io.pocketlens.classifier.Classifier
import io.pocketlens.classifier.ClassifierException
import io.pocketlens.classifier.ErrorCode
import io.pocketlens.classifier.LiveStream
import io.pocketlens.classifier.Photo
import io.pocketlens.classifier.Smoothing
import io.pocketlens.classifier.YuvFrame
import io.pocketlens.classifier.YuvPlane
import io.pocketlens.classifier.testing.FakeClassifier
import kotlinx.coroutines.runBlocking
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import java.nio.ByteBuffer

/** The README's coroutines and its fake, as they stand there, compiled and run. */
@RunWith(RobolectricTestRunner::class)
class ReadmeTest {
    private val photo = Photo(Bitmap.createBitmap(4, 4, Bitmap.Config.ARGB_8888))
    private val plane = YuvPlane(ByteBuffer.allocateDirect(4), 2, 1)

    /** A camera that takes one picture. */
    private inner class Camera {
        fun startWith(live: LiveStream) = live.offer(YuvFrame(2, 2, plane, plane, plane), timestampNanos = 1)
    }

    private fun fake(): FakeClassifier {
        // README
        val fake = FakeClassifier()
        fake.sees("Animal" to 0.9f, "Mammal" to 0.85f, "Dog" to 0.8f) // then "Dog" is the headline of every picture
        // README
        return fake
    }

    private fun failing(fake: FakeClassifier): Classifier {
        // README
        fake.failure = ClassifierException(ErrorCode.OUT_OF_MEMORY, "There is not enough memory.")
        // README
        return fake
    }

    private suspend fun opened(context: Context): Classifier {
        // README
        val classifier = Classifier.awaitOpenAsset(context, "packages/mobilenetv2-openimages.zip")
        // README
        return classifier
    }

    private suspend fun readme(
        classifier: Classifier,
        camera: Camera,
        show: (Classification) -> Unit,
    ) {
        // README
        show(classifier.awaitClassify(photo))
        classifier
            .liveResults(smoothing = Smoothing()) { live -> camera.startWith(live) }
            .collect { show(it.classification) }
        // README
    }

    @Test
    fun namesAPhotoAndAFrame() =
        runBlocking {
            val fake = fake()
            val shown = mutableListOf<String?>()
            val end =
                runCatching {
                    readme(fake, Camera()) { seen ->
                        shown += seen.headline?.label?.name
                        check(shown.size < 2) { "enough" }
                    }
                }.exceptionOrNull()
            assertEquals("enough", end?.message)
            assertEquals(listOf("Dog", "Dog"), shown)
        }

    @Test
    fun aFailureIsThrownWhereItIsAwaited() =
        runBlocking {
            val error = runCatching { readme(failing(fake()), Camera()) { } }.exceptionOrNull()
            assertEquals(ErrorCode.OUT_OF_MEMORY, (error as ClassifierException).code)
        }

    @Test
    fun opensThePackageOfTheAssets() =
        runBlocking {
            opened(RuntimeEnvironment.getApplication()).use { assertTrue(it.labels.isNotEmpty()) }
        }
}

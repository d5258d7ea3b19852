package io.pocketlens.classifier

import android.media.Image
import org.junit.Assert.assertEquals
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner

// What the README's analyzer uses of androidx.camera.core, which is not at hand, as its documentation has it.

@RequiresOptIn
internal annotation class ExperimentalGetImage

internal interface ImageInfo {
    val rotationDegrees: Int
}

internal interface ImageProxy : AutoCloseable {
    @ExperimentalGetImage
    val image: Image?
    val imageInfo: ImageInfo
}

internal interface ImageAnalysis {
    fun interface Analyzer {
        fun analyze(proxy: ImageProxy)
    }
}

// README
internal class Namer(
    private val classifier: Classifier,
    private val show: (Classification) -> Unit,
) : ImageAnalysis.Analyzer {
    @OptIn(ExperimentalGetImage::class)
    override fun analyze(proxy: ImageProxy) {
        proxy.use {
            val image = it.image ?: return
            show(classifier.classify(image, it.imageInfo.rotationDegrees, mirror = false))
        }
    }
}
// README

/** The analyzer for CameraX of android/README.md, as it stands there. */
@RunWith(RobolectricTestRunner::class)
class ReadmeCameraxTest {
    private class Frame(
        @property:ExperimentalGetImage override val image: Image?,
        private val degrees: Int,
    ) : ImageProxy {
        var closes = 0

        override val imageInfo =
            object : ImageInfo {
                override val rotationDegrees = degrees
            }

        override fun close() {
            closes++
        }
    }

    @Test
    fun namesAFrameAndGivesEachBack() {
        val picture = YuvPicture(TestFiles.photo("cat.png"))
        Classifier.open(TestFiles.demo).use { classifier ->
            val frames = listOf(Frame(FakeImage(picture.semiPlanar()), 90), Frame(null, 0))
            val shown = mutableListOf<Classification>()
            val namer = Namer(classifier) { shown += it }
            frames.forEach(namer::analyze)
            val turned = with(picture.semiPlanar()) { YuvFrame(width, height, y, u, v, rotation = 90) }
            assertEquals(listOf(classifier.classify(turned).labels), shown.map { it.labels })
            assertEquals(listOf(1, 1), frames.map { it.closes })
        }
    }
}

package io.pocketlens.classifier

import android.graphics.Bitmap
import org.junit.After
import org.junit.Assert.assertArrayEquals
import org.junit.Assert.assertEquals
import org.junit.Assert.assertNull
import org.junit.Before
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import java.nio.ByteBuffer
import java.util.concurrent.LinkedBlockingQueue
import java.util.concurrent.TimeUnit

/** Bitmaps and planes at the edge: formats, sizes, strides, and everything that is refused. */
@RunWith(RobolectricTestRunner::class)
class PicturesTest {
    private lateinit var classifier: Classifier

    @Before
    fun open() {
        classifier = Classifier.open(TestFiles.demo)
    }

    @After
    fun close() = classifier.close()

    @Test
    fun otherPixelFormatsAreRefusedByName() {
        val configs =
            mapOf(
                Bitmap.Config.RGB_565 to "RGB_565",
                Bitmap.Config.ALPHA_8 to "A_8",
                Bitmap.Config.RGBA_F16 to "RGBA_F16",
            )
        for ((config, name) in configs) {
            val bitmap = Bitmap.createBitmap(32, 32, config)
            val error = runCatching { classifier.classify(bitmap) }.exceptionOrNull() as ClassifierException
            assertEquals(ErrorCode.UNSUPPORTED_FORMAT, error.code)
            assertEquals("$config: ${error.message}", true, error.message.orEmpty().contains("is $name,"))
        }
    }

    @Test
    fun recycledBitmapsAreRefused() {
        val bitmap = Bitmap.createBitmap(32, 32, Bitmap.Config.ARGB_8888)
        bitmap.recycle()
        assertEquals(ErrorCode.BAD_FRAME, failure { classifier.classify(bitmap) })
    }

    @Test
    fun everySizeFromOnePixelOnWorks() {
        for ((width, height) in listOf(1 to 1, 1 to 500, 500 to 1, 3 to 2, 4000 to 3, 257 to 255)) {
            val bitmap = Bitmap.createBitmap(width, height, Bitmap.Config.ARGB_8888).apply { eraseColor(RED) }
            val tensor = classifier.inputTensor(Photo(bitmap))
            assertEquals("$width x $height", (1f - RED_MEAN) / RED_STD, tensor[0], 1e-5f)
            assertNull(failure { classifier.classify(bitmap) })
        }
    }

    @Test
    fun rotationsThatAreNoneAreRefused() {
        val bitmap = Bitmap.createBitmap(32, 32, Bitmap.Config.ARGB_8888)
        for (rotation in listOf(1, 45, -90, 360, Int.MIN_VALUE)) {
            assertEquals(ErrorCode.BAD_FRAME, failure { classifier.classify(Photo(bitmap, rotation)) })
        }
    }

    @Test
    fun planesEqualTheBitmapMadeOfThem() {
        val picture = YuvPicture(TestFiles.photo("cat.png"))
        val expected = classifier.inputTensor(Photo(picture.toBitmap()))
        val layouts = listOf(picture.planar(), picture.semiPlanar(), picture.padded())
        for ((i, frame) in layouts.withIndex()) {
            assertArrayEquals("layout $i", expected, classifier.inputTensor(frame), 0f)
        }
        val classified = layouts.map { classifier.classify(it).probabilities.asList() }
        assertEquals(1, classified.distinct().size)
    }

    @Test
    fun cameraImagesAreReadWhereTheyAre() {
        val picture = YuvPicture(TestFiles.photo("cat.png"))
        val image = FakeImage(picture.semiPlanar())
        val expected = classifier.classify(picture.semiPlanar()).labels
        assertEquals(expected, classifier.classify(image, rotation = 0, mirror = false).labels)
        assertEquals(ErrorCode.UNSUPPORTED_FORMAT, failure { YuvFrame.of(FakeImage(picture.planar(), JPEG)) })
        val closed = FakeImage(picture.planar(), closed = true)
        assertEquals(ErrorCode.BAD_FRAME, failure { YuvFrame.of(closed) })
    }

    @Test
    fun aLiveStreamReadsCameraImagesAndClosesThem() {
        val picture = YuvPicture(TestFiles.photo("cat.png"))
        val answers = LinkedBlockingQueue<Any>()
        val listener =
            object : LiveStream.Listener {
                override fun onResult(result: LiveResult) {
                    answers.add(result)
                }

                override fun onError(error: ClassifierException) {
                    answers.add(error.code)
                }
            }
        LiveStream(classifier, listener).use { live ->
            val image = FakeImage(picture.semiPlanar())
            live.offer(image, rotation = 0, mirror = false)
            val result = answers.poll(1, TimeUnit.MINUTES) as LiveResult
            assertEquals(image.timestamp, result.timestampNanos)
            assertEquals(classifier.classify(picture.semiPlanar()).labels, result.classification.labels)
            assertEquals(1, image.closes.get())
            val other = FakeImage(picture.planar(), JPEG)
            live.offer(other, rotation = 0, mirror = false)
            assertEquals(ErrorCode.UNSUPPORTED_FORMAT, answers.poll(1, TimeUnit.MINUTES))
            assertEquals(1, other.closes.get())
        }
    }

    @Test
    fun buffersThatDoNotHoldThePictureAreRefused() {
        val good = ByteBuffer.allocateDirect(64 * 48)
        val chroma = ByteBuffer.allocateDirect(32 * 24)
        val onHeap = ByteBuffer.allocate(64 * 48)
        val short = ByteBuffer.allocateDirect(64 * 48 - 1)
        val frames =
            mapOf(
                "heap buffer" to frame(onHeap, chroma),
                "short luma" to frame(short, chroma),
                "short chroma" to frame(good, ByteBuffer.allocateDirect(32 * 24 - 1)),
                "empty buffer" to frame(ByteBuffer.allocateDirect(0), chroma),
                "negative stride" to frame(good, chroma, rowStride = -64),
                "stride below width" to frame(good, chroma, rowStride = 63),
                "pixel stride 0" to frame(good, chroma, pixelStride = 0),
                "huge stride" to frame(good, chroma, rowStride = Int.MAX_VALUE),
                "no width" to frame(good, chroma, width = 0),
                "negative height" to frame(good, chroma, height = -48),
                "huge size" to frame(good, chroma, width = Int.MAX_VALUE, height = Int.MAX_VALUE),
            )
        for ((name, frame) in frames) {
            assertEquals(name, ErrorCode.BAD_FRAME, failure { classifier.classify(frame) })
        }
        assertNull(failure { classifier.classify(frame(good, chroma)) })
    }

    @Test
    fun nullsAndWrongLengthsAreRefused() {
        val handle =
            OpenPackage::class.java
                .getDeclaredField("handle")
                .apply { isAccessible = true }
                .getLong(classifier)
        val buffer = ByteBuffer.allocateDirect(64)
        for (length in listOf(0, 11, 13)) {
            val call = { NativeCalls.preprocessPlanes(handle, buffer, buffer, buffer, IntArray(length), null) }
            assertEquals(ErrorCode.BAD_FRAME, failure { call() })
        }
        val mirror = intArrayOf(8, 4, 0, 2, 0, 0, 8, 1, 4, 1, 4, 1)
        val wrong = { NativeCalls.preprocessPlanes(handle, buffer, buffer, buffer, mirror, null) }
        assertEquals(ErrorCode.BAD_FRAME, failure { wrong() })
        for (method in listOf("classifyBitmap", "preprocessBitmap", "classifyPlanes", "preprocessPlanes", "names")) {
            assertEquals(method, true, callWithNulls(method, handle) is ClassifierException)
        }
    }

    @Test
    fun tensorsOfAnotherLengthAreRefused() {
        val good = classifier.inputTensor(Photo(TestFiles.photo("cat.png")))
        for (length in listOf(0, 1, good.size - 1, good.size + 1)) {
            assertEquals("$length", ErrorCode.INPUT_MISMATCH, failure { classifier.run(good.copyOf(length)) })
        }
        assertNull("still works afterwards", failure { classifier.run(good) })
    }

    /** Calls a native method with null wherever Java could pass one. */
    private fun callWithNulls(
        name: String,
        handle: Long,
    ): Throwable? {
        val method = NativeCalls::class.java.declaredMethods.first { it.name == name }
        method.isAccessible = true
        val arguments =
            method.parameterTypes.map<Class<*>, Any?> { type ->
                when (type) {
                    Long::class.java -> handle
                    Int::class.java -> 0
                    Float::class.java -> 0f
                    Boolean::class.java -> false
                    else -> null
                }
            }
        return runCatching { method.invoke(null, *arguments.toTypedArray()) }.exceptionOrNull()?.cause
    }

    private fun frame(
        luma: ByteBuffer,
        chroma: ByteBuffer,
        width: Int = 64,
        height: Int = 48,
        rowStride: Int = 64,
        pixelStride: Int = 1,
    ) = YuvFrame(
        width,
        height,
        YuvPlane(luma, rowStride, pixelStride),
        YuvPlane(chroma, 32, 1),
        YuvPlane(chroma, 32, 1),
    )

    private companion object {
        const val RED = -0x10000
        const val RED_MEAN = 0.485f
        const val RED_STD = 0.229f
        const val JPEG = 256
    }
}

package io.pocketlens.classifier

import android.graphics.Bitmap
import android.graphics.Color
import android.graphics.Rect
import android.media.Image
import java.nio.ByteBuffer
import java.util.concurrent.atomic.AtomicInteger

/**
 * A bitmap as YUV 4:2:0 samples (BT.601, full range), in the layouts that cameras use, and as the
 * bitmap that these samples stand for by the formula written in `jni/core/frame/yuv.h`.
 */
internal class YuvPicture(
    source: Bitmap,
) {
    private val width = source.width
    private val height = source.height
    private val chromaWidth = (width + 1) / 2
    private val chromaHeight = (height + 1) / 2
    private val luma = IntArray(width * height)
    private val blue = IntArray(chromaWidth * chromaHeight)
    private val red = IntArray(chromaWidth * chromaHeight)

    init {
        for (y in 0 until height) {
            for (x in 0 until width) {
                val pixel = source.getPixel(x, y)
                val (r, g, b) = listOf(Color.red(pixel), Color.green(pixel), Color.blue(pixel))
                luma[y * width + x] = (0.299 * r + 0.587 * g + 0.114 * b).toInt()
                val chroma = y / 2 * chromaWidth + x / 2
                blue[chroma] = (128 - 0.168736 * r - 0.331264 * g + 0.5 * b).toInt().coerceIn(0, 255)
                red[chroma] = (128 + 0.5 * r - 0.418688 * g - 0.081312 * b).toInt().coerceIn(0, 255)
            }
        }
    }

    /** Q15 integers, rounded half up, one chroma sample for each block of four pixels. */
    fun toBitmap(): Bitmap {
        val bitmap = Bitmap.createBitmap(width, height, Bitmap.Config.ARGB_8888)
        for (y in 0 until height) {
            for (x in 0 until width) {
                val l = luma[y * width + x]
                val u = blue[y / 2 * chromaWidth + x / 2] - 128
                val v = red[y / 2 * chromaWidth + x / 2] - 128
                val r = l + ((45941 * v + 16384) shr 15)
                val g = l - ((11277 * u + 23401 * v + 16384) shr 15)
                val b = l + ((58065 * u + 16384) shr 15)
                val rgb = Color.rgb(r.coerceIn(0, 255), g.coerceIn(0, 255), b.coerceIn(0, 255))
                bitmap.setPixel(x, y, rgb)
            }
        }
        return bitmap
    }

    /** Three planes of their own. */
    fun planar(): YuvFrame = frame(plane(luma, width, width, 1), plane(blue, 0), plane(red, 0))

    /** V and U taking turns in one buffer, as in NV21. */
    fun semiPlanar(): YuvFrame {
        val both = ByteBuffer.allocateDirect(2 * chromaWidth * chromaHeight)
        for (i in blue.indices) {
            both.put(2 * i, red[i].toByte())
            both.put(2 * i + 1, blue[i].toByte())
        }
        val second = both.duplicate().apply { position(1) }.slice()
        return frame(
            plane(luma, width, width, 1),
            YuvPlane(second, 2 * chromaWidth, 2),
            YuvPlane(both, 2 * chromaWidth, 2),
        )
    }

    /** Rows longer than the picture, the rest filled with what must not be read. */
    fun padded(): YuvFrame = frame(plane(luma, width, width + 13, 1), plane(blue, 7), plane(red, 32))

    private fun frame(
        y: YuvPlane,
        u: YuvPlane,
        v: YuvPlane,
    ) = YuvFrame(width, height, y, u, v)

    private fun plane(
        samples: IntArray,
        padding: Int,
    ) = plane(samples, chromaWidth, chromaWidth + padding, 1)

    private fun plane(
        samples: IntArray,
        width: Int,
        rowStride: Int,
        pixelStride: Int,
    ): YuvPlane {
        val rows = samples.size / width
        val buffer = ByteBuffer.allocateDirect(rows * rowStride)
        for (i in 0 until buffer.capacity()) buffer.put(i, POISON)
        for (i in samples.indices) buffer.put(i / width * rowStride + i % width, samples[i].toByte())
        return YuvPlane(buffer, rowStride, pixelStride)
    }

    private companion object {
        const val POISON = 0x5A.toByte()
    }
}

/** A camera image with the planes of a frame. */
internal class FakeImage(
    private val frame: YuvFrame,
    private val pixelFormat: Int = android.graphics.ImageFormat.YUV_420_888,
    private val closed: Boolean = false,
) : Image() {
    override fun getFormat(): Int = pixelFormat

    override fun getWidth(): Int = frame.width

    override fun getHeight(): Int = frame.height

    override fun getTimestamp(): Long = 7

    override fun getTransform(): Int = 0

    override fun getScalingMode(): Int = 0

    override fun setCropRect(cropRect: Rect?) = Unit

    override fun getPlanes(): Array<Plane> {
        check(!closed) { "Image is already closed" } // as the framework's images say
        return planes()
    }

    private fun planes(): Array<Plane> = arrayOf(FakePlane(frame.y), FakePlane(frame.u), FakePlane(frame.v))

    /** How often it was closed. */
    val closes = AtomicInteger()

    override fun close() {
        closes.incrementAndGet()
    }

    private class FakePlane(
        private val plane: YuvPlane,
    ) : Plane() {
        override fun getBuffer(): ByteBuffer = plane.buffer

        override fun getRowStride(): Int = plane.rowStride

        override fun getPixelStride(): Int = plane.pixelStride
    }
}

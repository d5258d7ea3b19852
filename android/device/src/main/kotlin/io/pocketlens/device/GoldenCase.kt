package io.pocketlens.device

import android.graphics.Bitmap
import android.graphics.Color
import io.pocketlens.classifier.Photo
import io.pocketlens.classifier.YuvFrame
import io.pocketlens.classifier.YuvPlane
import org.json.JSONObject
import java.nio.Buffer
import java.nio.ByteBuffer
import java.nio.ByteOrder

/** One picture of `tests/data/golden` with what preprocessing and network must make of it. */
internal class GoldenCase(
    private val json: JSONObject,
    val tolerance: Double,
) {
    val name: String = json.getString("name")
    val tensorSha256: String = json.getString("tensor_sha256")

    /** Pairs of a flat index and the value there, to see where a tensor differs. */
    val samples: List<Pair<Int, Float>> =
        json.getJSONArray("samples").let { list ->
            List(list.length()) { i ->
                val pair = list.getJSONArray(i)
                pair.getInt(0) to pair.getDouble(1).toFloat()
            }
        }

    /** The raw outputs, or null where the case is about preprocessing alone. */
    val outputs: FloatArray? =
        json.optString("outputs").takeIf { it.isNotEmpty() }?.let { floats(Device.testBytes("golden/$it")) }

    /** The MIDs of the best labels, best first. */
    val top: List<String> =
        json.optJSONArray("top").let { list ->
            List(list?.length() ?: 0) { i -> checkNotNull(list).getJSONObject(i).getString("mid") }
        }

    private val bytes = Device.testBytes("golden/" + json.getString("frame"))
    private val width = json.getInt("width")
    private val height = json.getInt("height")
    private val rotation = json.getInt("rotation")
    private val mirror = json.getBoolean("mirror")

    /** The picture as camera planes, or null where it is not YUV. */
    fun yuvFrame(): YuvFrame? {
        if (json.getString("format") != "nv21") return null
        val luma = width * height
        val all = ByteBuffer.allocateDirect(bytes.size).apply { put(bytes) }
        // NV21: after the luma plane V and U take turns.
        return YuvFrame(
            width,
            height,
            YuvPlane(part(all, 0, luma), width, 1),
            YuvPlane(part(all, luma + 1, bytes.size), width, 2),
            YuvPlane(part(all, luma, bytes.size), width, 2),
            rotation,
            mirror,
        )
    }

    /** The picture as a bitmap; only where it is RGB. */
    fun photo(): Photo {
        val first = bytes.size - BYTES_A_PIXEL * width * height
        val pixels =
            IntArray(width * height) { i ->
                val at = first + BYTES_A_PIXEL * i
                Color.rgb(unsigned(at), unsigned(at + 1), unsigned(at + 2))
            }
        val bitmap = Bitmap.createBitmap(width, height, Bitmap.Config.ARGB_8888)
        bitmap.setPixels(pixels, 0, width, 0, 0, width, height)
        return Photo(bitmap, rotation, mirror)
    }

    override fun toString(): String = name

    private fun unsigned(at: Int): Int = bytes[at].toInt() and BYTE

    companion object {
        private const val BYTE = 0xFF
        private const val BYTES_A_PIXEL = 3

        fun all(): List<GoldenCase> {
            val golden = JSONObject(String(Device.testBytes("golden/golden.json"), Charsets.UTF_8))
            val cases = golden.getJSONArray("cases")
            val tolerance = golden.getDouble("tolerance")
            return List(cases.length()) { GoldenCase(cases.getJSONObject(it), tolerance) }
        }

        private fun part(
            all: ByteBuffer,
            from: Int,
            to: Int,
        ): ByteBuffer {
            val view = all.duplicate()
            view.narrow(from, to)
            return view.slice()
        }

        /** On a Buffer: ByteBuffer's own limit and position are newer than minSdk. */
        private fun Buffer.narrow(
            from: Int,
            to: Int,
        ) {
            limit(to)
            position(from)
        }

        private fun floats(bytes: ByteArray): FloatArray {
            val buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer()
            return FloatArray(buffer.remaining()).also { buffer.get(it) }
        }
    }
}

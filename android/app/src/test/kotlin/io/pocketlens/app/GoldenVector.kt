package io.pocketlens.app

import android.graphics.Bitmap
import android.graphics.Color
import io.pocketlens.app.camera.CameraFrame
import io.pocketlens.classifier.YuvFrame
import io.pocketlens.classifier.YuvPlane
import org.json.JSONObject
import java.io.File
import java.nio.ByteBuffer
import java.nio.ByteOrder

/** A case of `tests/data/golden`: a picture, and the raw outputs that cv2, numpy and MindSpore give for it. */
class GoldenVector(
    private val case: JSONObject,
    val tolerance: Float,
) {
    private val file get() = File(FOLDER, case.getString("frame"))
    private val width get() = case.getInt("width")
    private val height get() = case.getInt("height")

    val outputs: FloatArray
        get() {
            val bytes =
                ByteBuffer
                    .wrap(
                        File(FOLDER, case.getString("outputs")).readBytes(),
                    ).order(ByteOrder.LITTLE_ENDIAN)
            return FloatArray(bytes.remaining() / Float.SIZE_BYTES) { bytes.getFloat() }
        }

    /** The stored pixels of an RGB case. */
    fun bitmap(): Bitmap {
        val bytes = file.readBytes()
        val start = bytes.size - width * height * 3
        val colours =
            IntArray(width * height) { i ->
                val at = start + 3 * i
                Color.rgb(bytes[at].toInt() and 255, bytes[at + 1].toInt() and 255, bytes[at + 2].toInt() and 255)
            }
        return Bitmap.createBitmap(colours, width, height, Bitmap.Config.ARGB_8888)
    }

    /** The planes of an NV21 case as a camera lends them. */
    fun frame(giveBack: () -> Unit): CameraFrame {
        val bytes = file.readBytes()
        val chroma = width * height
        val stride = (width + 1) / 2 * 2
        val picture =
            YuvFrame(
                width,
                height,
                YuvPlane(direct(bytes, 0), width, 1),
                YuvPlane(direct(bytes, chroma + 1), stride, 2),
                YuvPlane(direct(bytes, chroma), stride, 2),
                case.getInt("rotation"),
                case.getBoolean("mirror"),
            )
        return CameraFrame(picture, arrivedNanos = 1, giveBack)
    }

    private fun direct(
        bytes: ByteArray,
        from: Int,
    ): ByteBuffer = ByteBuffer.allocateDirect(bytes.size - from).put(bytes, from, bytes.size - from)

    companion object {
        private val FOLDER = File(System.getProperty("pocketlens.root"), "tests/data/golden")

        fun named(name: String): GoldenVector {
            val all = JSONObject(File(FOLDER, "golden.json").readText())
            val cases = all.getJSONArray("cases")
            val case = (0 until cases.length()).map(cases::getJSONObject).first { it.getString("name") == name }
            return GoldenVector(case, all.getDouble("tolerance").toFloat())
        }
    }
}

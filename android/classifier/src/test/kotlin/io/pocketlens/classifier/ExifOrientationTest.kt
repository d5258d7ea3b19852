package io.pocketlens.classifier

import org.junit.Assert.assertEquals
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Test
import java.io.ByteArrayInputStream
import java.nio.ByteBuffer
import java.nio.ByteOrder

/** EXIF data in PNG and WebP, cut off and damaged; whole photos by another's hand are PhotoCasesTest's. */
class ExifOrientationTest {
    private val picture = chunk("IDAT", ByteArray(9))
    private val png = PNG + chunk("IHDR", ByteArray(13))
    private val webp = "RIFF".toByteArray() + ByteArray(4) + "WEBP".toByteArray()
    private val end = chunk("IEND", byteArrayOf())

    /** A TIFF directory whose only entry is orientation 6. */
    private val turned =
        ByteBuffer
            .allocate(26)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putInt(0x2a4949)
            .putInt(8)
            .putShort(1)
            .putShort(0x112)
            .putShort(3)
            .putInt(1)
            .putInt(6)
            .array()

    private fun chunk(
        type: String,
        body: ByteArray,
        length: Int = body.size,
    ) = ByteBuffer.allocate(4).putInt(length).array() + type.toByteArray() + body + ByteArray(4)

    private fun piece(
        type: String,
        body: ByteArray,
        length: Int = body.size,
    ): ByteArray {
        val size = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(length)
        return type.toByteArray() + size.array() + body + ByteArray(body.size % 2)
    }

    private fun of(photo: ByteArray) = ExifOrientation.of(ByteArrayInputStream(photo))

    @Test
    fun itIsFoundWhereverItStandsAndACutOneIsNone() {
        val whole =
            listOf(
                png + chunk("eXIf", turned) + picture + end,
                png + picture + chunk("eXIf", turned) + end,
                webp + piece("VP8L", ByteArray(5)) + piece("EXIF", turned),
                webp + piece("EXIF", "Exif\u0000\u0000".toByteArray() + turned),
            )
        for (photo in whole) {
            assertEquals(6, of(photo))
            for (length in ExifBlock.HEAD until photo.size) assertTrue(of(photo.copyOf(length)) in listOf(0, 6))
        }
    }

    @Test
    fun damageIsNone() {
        val none =
            listOf(
                png + picture + end + chunk("eXIf", turned),
                png + chunk("tEXt", byteArrayOf(), Int.MAX_VALUE) + chunk("eXIf", turned),
                png + chunk("eXIf", byteArrayOf(), Int.MAX_VALUE),
                png + chunk("tEXt", byteArrayOf(), -1) + chunk("eXIf", turned),
                png + chunk("eXIf", ByteArray(26)),
                webp + piece("VP8L", byteArrayOf(), -1) + piece("EXIF", turned),
                webp + piece("EXIF", byteArrayOf(), Int.MAX_VALUE),
                webp,
            )
        for ((index, photo) in none.withIndex()) assertEquals("$index", 0, of(photo))
    }

    @Test
    fun otherFormatsAreLeftToTheSystemUntouched() {
        for (start in listOf("GIF89a, and so on", "RIFF of WAVE", "BM", "")) {
            val stream = ByteArrayInputStream(start.toByteArray())
            assertNull(start, ExifOrientation.of(stream))
            assertEquals(start.length, stream.available())
        }
    }

    private companion object {
        val PNG = byteArrayOf(0x89.toByte(), 0x50, 0x4e, 0x47, 13, 10, 26, 10)
    }
}

package io.pocketlens.classifier

import java.io.DataInputStream
import java.io.EOFException
import java.io.InputStream
import java.nio.BufferUnderflowException
import java.nio.ByteBuffer
import java.nio.ByteOrder

/**
 * The EXIF orientation of a JPEG by the rules of the desk (tools/data/README.md): the first Exif block counts, and
 * the number may be of any whole-number type. The system's `ExifInterface` takes the last block and no byte.
 */
internal object JpegOrientation {
    private const val START = 0xffd8
    private const val APP1 = 0xe1
    private const val START_OF_SCAN = 0xda
    private const val FILL = 0xff
    private const val LENGTH_BYTES = 2
    private val EXIF = "Exif\u0000\u0000".toByteArray()

    private const val LITTLE_ENDIAN = 0x4949
    private const val TIFF_HEADER = 4
    private const val ENTRY_BYTES = 12
    private const val ORIENTATION_TAG = 0x0112

    // TIFF 6.0, page 15
    private const val BYTE = 1
    private const val SHORT = 3
    private const val LONG = 4
    private const val SBYTE = 6
    private const val SSHORT = 8
    private const val SLONG = 9

    /** Whether a stream that supports marks begins like a JPEG; it stands where it stood. */
    fun isJpeg(stream: InputStream): Boolean {
        stream.mark(LENGTH_BYTES)
        val start = stream.read() shl Byte.SIZE_BITS or stream.read()
        stream.reset()
        return start == START
    }

    /** The orientation as EXIF numbers it; 0 where there is none or it is damaged. */
    fun of(stream: InputStream): Int =
        try {
            firstExif(DataInputStream(stream))?.let { orientation(ByteBuffer.wrap(it)) } ?: 0
        } catch (ignored: EOFException) {
            0 // cut off before any Exif block
        }

    /** The first Exif block behind its name; null when the picture's data begin before one. */
    private fun firstExif(jpeg: DataInputStream): ByteArray? {
        jpeg.readUnsignedShort()
        while (true) {
            if (jpeg.readUnsignedByte() != FILL) return null
            var marker = jpeg.readUnsignedByte()
            while (marker == FILL) marker = jpeg.readUnsignedByte()
            val length = jpeg.readUnsignedShort() - LENGTH_BYTES
            if (marker == START_OF_SCAN || length < 0) return null
            val body = ByteArray(length).also { jpeg.readFully(it) }
            if (marker == APP1 && body.size >= EXIF.size && body.copyOf(EXIF.size).contentEquals(EXIF)) {
                return body.copyOfRange(EXIF.size, body.size)
            }
        }
    }

    /** Tag 0x0112 of the first directory. */
    private fun orientation(tiff: ByteBuffer): Int =
        try {
            if (tiff.getShort(0).toInt() == LITTLE_ENDIAN) tiff.order(ByteOrder.LITTLE_ENDIAN)
            val directory = tiff.getInt(TIFF_HEADER)
            val count = tiff.getShort(directory).toInt() and 0xffff
            val entries = (0 until count).map { directory + 2 + ENTRY_BYTES * it }
            val entry = entries.firstOrNull { tiff.getShort(it).toInt() == ORIENTATION_TAG }
            entry?.let { value(tiff, tiff.getShort(it + 2).toInt(), it + ENTRY_BYTES - TIFF_HEADER) } ?: 0
        } catch (ignored: IndexOutOfBoundsException) {
            0 // damaged EXIF data do not make a photo unreadable
        } catch (ignored: BufferUnderflowException) {
            0
        }

    private fun value(
        tiff: ByteBuffer,
        type: Int,
        at: Int,
    ): Int =
        when (type) {
            BYTE, SBYTE -> tiff.get(at).toInt()
            SHORT, SSHORT -> tiff.getShort(at).toInt()
            LONG, SLONG -> tiff.getInt(at)
            else -> 0
        }
}

package io.pocketlens.classifier

import java.io.DataInputStream
import java.io.EOFException
import java.io.InputStream
import java.nio.BufferUnderflowException
import java.nio.ByteBuffer
import java.nio.ByteOrder

/**
 * The EXIF orientation of a JPEG, PNG or WebP by the rules of the desk (tools/data/README.md): the number may be of
 * any whole-number type. The system's `ExifInterface` takes no byte.
 */
internal object ExifOrientation {
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

    /**
     * The orientation as EXIF numbers it; 0 where there is none or it is damaged. Null for a format that is left to
     * the system: the stream, which must support marks, then stands where it stood.
     */
    fun of(stream: InputStream): Int? {
        val find = ExifBlock.finder(headOf(stream)) ?: return null
        return try {
            find(DataInputStream(stream))?.let { orientation(ByteBuffer.wrap(it)) } ?: 0
        } catch (ignored: EOFException) {
            0 // cut off before any Exif block
        }
    }

    private fun headOf(stream: InputStream): ByteArray {
        stream.mark(ExifBlock.HEAD)
        val head = ByteArray(ExifBlock.HEAD)
        var count = 0
        while (count < head.size) {
            val read = stream.read(head, count, head.size - count)
            if (read < 0) break
            count += read
        }
        stream.reset()
        return head.copyOf(count)
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

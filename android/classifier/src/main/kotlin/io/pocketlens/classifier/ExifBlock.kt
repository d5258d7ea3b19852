package io.pocketlens.classifier

import java.io.DataInputStream

/**
 * Where JPEG, PNG and WebP keep their EXIF data, by the rules of the desk (tools/data/README.md). The system's
 * `ExifInterface` takes the last block of a JPEG, and knows neither PNG nor WebP before Android 11.
 */
internal object ExifBlock {
    /** How many first bytes tell a format. */
    const val HEAD = 12

    private val JPEG = byteArrayOf(0xff.toByte(), 0xd8.toByte())
    private const val APP1 = 0xe1
    private const val START_OF_SCAN = 0xda
    private const val FILL = 0xff
    private const val LENGTH_BYTES = 2
    private val NAME = "Exif\u0000\u0000".toByteArray()

    private val PNG = byteArrayOf(0x89.toByte(), 'P'.code.toByte(), 'N'.code.toByte(), 'G'.code.toByte())
    private const val PNG_SIGNATURE_BYTES = 8L
    private const val CHECKSUM_BYTES = 4L

    private val RIFF = "RIFF".toByteArray()
    private val WEBP = "WEBP".toByteArray()
    private const val RIFF_HEADER_BYTES = 8

    /** No more of a block is read: its first directory comes first. */
    private const val MOST_BYTES = 1 shl 20

    /** How the block of a photo that begins with [head] is found; null for a format that is left to the system. */
    fun finder(head: ByteArray): ((DataInputStream) -> ByteArray?)? =
        when {
            head.has(JPEG) -> ::ofJpeg
            head.has(PNG) -> ::ofPng
            head.has(RIFF) && head.has(WEBP, RIFF_HEADER_BYTES) -> ::ofWebp
            else -> null
        }

    /** The first Exif block behind its name; null when the picture's data begin before one. */
    private fun ofJpeg(photo: DataInputStream): ByteArray? {
        photo.readUnsignedShort()
        while (true) {
            if (photo.readUnsignedByte() != FILL) return null
            var marker = photo.readUnsignedByte()
            while (marker == FILL) marker = photo.readUnsignedByte()
            val length = photo.readUnsignedShort() - LENGTH_BYTES
            if (marker == START_OF_SCAN || length < 0) return null
            val body = ByteArray(length).also { photo.readFully(it) }
            if (marker == APP1 && body.has(NAME)) return body.withoutName()
        }
    }

    /** The chunk eXIf, before the picture's data or behind them. */
    private fun ofPng(photo: DataInputStream): ByteArray? {
        photo.pass(PNG_SIGNATURE_BYTES)
        while (true) {
            val length = photo.readInt()
            val type = photo.tag()
            if (length < 0 || type == "IEND") return null
            if (type == "eXIf") return photo.block(length)
            photo.pass(length + CHECKSUM_BYTES)
        }
    }

    /** The chunk EXIF, which some begin with a JPEG's name of it. */
    private fun ofWebp(photo: DataInputStream): ByteArray? {
        photo.pass(HEAD.toLong())
        while (true) {
            val type = photo.tag()
            val length = Integer.reverseBytes(photo.readInt())
            if (length < 0) return null
            if (type == "EXIF") return photo.block(length).withoutName()
            photo.pass(length.toLong() + length % 2)
        }
    }

    private fun ByteArray.has(
        expected: ByteArray,
        at: Int = 0,
    ): Boolean = size >= at + expected.size && expected.indices.all { this[at + it] == expected[it] }

    private fun ByteArray.withoutName(): ByteArray = if (has(NAME)) copyOfRange(NAME.size, size) else this

    private fun DataInputStream.tag(): String = String(ByteArray(Int.SIZE_BYTES).also(::readFully), Charsets.ISO_8859_1)

    private fun DataInputStream.block(length: Int): ByteArray = ByteArray(minOf(length, MOST_BYTES)).also(::readFully)

    /** Where the photo ends before, this or the next reading throws. */
    private fun DataInputStream.pass(count: Long) {
        var left = count
        while (left > 0) {
            val skipped = skip(left)
            if (skipped > 0) {
                left -= skipped
            } else {
                readByte()
                left--
            }
        }
    }
}

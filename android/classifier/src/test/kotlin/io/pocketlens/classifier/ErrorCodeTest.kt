package io.pocketlens.classifier

import org.junit.Assert.assertEquals
import org.junit.Test
import java.io.File

/** The native core's table of errors is the only one; the enum repeats it. */
class ErrorCodeTest {
    @Test
    fun isTheNativeTable() {
        val root = File(System.getProperty("pocketlens.root").orEmpty())
        val line = Regex("""^POCKETLENS_ERROR\((\d+), (\w+), "(.*)"\)$""")
        val native = File(root, "jni/core/error_codes.inc").readLines().mapNotNull { line.find(it) }
        val expected = native.map { it.groupValues[1].toInt() to it.groupValues[2] }
        assertEquals(expected, ErrorCode.entries.map { it.number to it.key })
    }

    @Test
    fun documentsTheNativeSentence() {
        val root = File(System.getProperty("pocketlens.root").orEmpty())
        val kotlin = File(root, "android/classifier/src/main/kotlin/io/pocketlens/classifier/ErrorCode.kt").readText()
        val line = Regex("""^POCKETLENS_ERROR\(\d+, (\w+), "(.*)"\)$""")
        for (found in File(root, "jni/core/error_codes.inc").readLines().mapNotNull { line.find(it) }) {
            val (name, sentence) = found.destructured
            val documented = Regex("""/\*\* ${Regex.escape(sentence)} \*/\s+${name.uppercase()}\(""")
            assertEquals("the comment of $name", true, documented.containsMatchIn(kotlin))
        }
    }

    @Test
    fun unknownNumberIsInternal() {
        assertEquals(ErrorCode.INTERNAL, ErrorCode.of(9999))
        assertEquals(ErrorCode.WRONG_HASH, ErrorCode.of(4))
    }
}

package io.pocketlens.device

import io.pocketlens.classifier.Classifier
import io.pocketlens.classifier.ClassifierException
import io.pocketlens.classifier.ErrorCode
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Test
import java.io.File

/** The damaged packages that the desk's readers refuse are refused by the same names here. */
open class PackageRefusalTest {
    @Test
    fun everyDamagedPackageGivesItsError() {
        val cases = cases()
        assertTrue("there are damaged packages", cases.size > 50)
        val wrong =
            cases.mapNotNull { (name, expected) ->
                val found = refusal(Device.testBytes("damaged/$name"))
                if (found == expected) null else "$name: found $found, expected $expected"
            }
        assertEquals(emptyList<String>(), wrong)
    }

    @Test
    fun aTruncatedPackageIsRefusedAtEveryLength() {
        val whole = wholePackage()
        for (length in listOf(0, 1, 21, 22, whole.size / 2, whole.size - 1)) {
            assertEquals("$length bytes", "bad_archive", refusal(whole.copyOf(length)))
        }
    }

    @Test
    fun aFlippedByteInTheModelIsNoticed() {
        val whole = wholePackage()
        whole[whole.size / 2] = (whole[whole.size / 2].toInt() xor 1).toByte()
        assertEquals("wrong_hash", refusal(whole))
    }

    @Test
    fun aFileThatIsNotThereIsMissing() {
        val error = runCatching { Classifier.open(File(Device.app.cacheDir, "no-such.zip")) }.exceptionOrNull()
        assertEquals(ErrorCode.MISSING_FILE, (error as ClassifierException).code)
    }

    /** The zips of `cases.csv`; folders and links cannot travel as assets. */
    private fun cases(): List<Pair<String, String>> {
        val present = Device.testFiles("damaged").toSet()
        return String(Device.testBytes("damaged/cases.csv"), Charsets.UTF_8)
            .lines()
            .drop(1)
            .filter { it.isNotBlank() }
            .map { it.substringBefore(',') to it.substringAfter(',').substringBefore(',') }
            .filter { (name, error) -> name.endsWith(".zip") && name in present && error != "ok" }
    }

    private fun wholePackage(): ByteArray =
        Device.app.assets
            .open(Device.PACKAGE)
            .use { it.readBytes() }

    private fun refusal(bytes: ByteArray): String {
        val file = File.createTempFile("damaged", ".zip", Device.app.cacheDir)
        try {
            file.writeBytes(bytes)
            Classifier.open(file).close()
            return "ok"
        } catch (error: ClassifierException) {
            return error.code.key
        } finally {
            file.delete()
        }
    }
}

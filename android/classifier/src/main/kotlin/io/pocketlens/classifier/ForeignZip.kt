package io.pocketlens.classifier

import java.io.File
import java.util.zip.ZipEntry
import java.util.zip.ZipException
import java.util.zip.ZipFile
import java.util.zip.ZipOutputStream

/**
 * Zips of a package's folder as Finder, Windows or `zip -r` make them: compressed, in a folder, with what Finder
 * adds. They are written anew as the plain zip that the native reader takes, which then checks all of it.
 */
internal object ForeignZip {
    private const val MANIFEST = "model.json"
    private const val MODEL = "model.ms"

    // The limits of tools/package/README.md
    private const val MOST_FILES = 64
    private const val LARGEST_MODEL = 1L shl 30
    private const val LARGEST_FILE = 1L shl 24
    private const val MOST_ENTRIES = 4096
    private val LITTER = setOf(".DS_Store", "Thumbs.db", "desktop.ini")

    /** Writes the package in [from] to [to]; false when [from] is no such zip. Throws what writing throws. */
    fun rewrite(
        from: File,
        to: File,
    ): Boolean =
        try {
            ZipFile(from).use { zip ->
                val entries = packageEntries(zip)
                entries.isNotEmpty() && ZipOutputStream(to.outputStream()).use { out -> store(zip, entries, out) }
            }
        } catch (ignored: ZipException) {
            false // damaged, or packed in a way that Java does not know
        } catch (ignored: IllegalArgumentException) {
            false // names that are no UTF-8
        }

    /** The files beside the highest manifest by their plain names; none where there is not exactly one. */
    private fun packageEntries(zip: ZipFile): Map<String, ZipEntry> {
        if (zip.size() > MOST_ENTRIES) return emptyMap()
        val files = zip.entries().toList().filter { !it.isDirectory && !isLitter(path(it)) }
        val manifests = files.map(::path).filter { name(it) == MANIFEST }
        val highest = manifests.minOfOrNull(::depth) ?: return emptyMap()
        val manifest = manifests.singleOrNull { depth(it) == highest } ?: return emptyMap()
        val root = manifest.removeSuffix(MANIFEST)
        val inside = files.filter { path(it) == root + name(path(it)) }
        val fit = inside.size <= MOST_FILES && inside.all { it.size in 0..largest(name(path(it))) }
        return if (fit) inside.associateBy { name(path(it)) } else emptyMap()
    }

    private fun largest(name: String) = if (name == MODEL) LARGEST_MODEL else LARGEST_FILE

    /** Where an entry lies; some programs of Windows write backslashes. */
    private fun path(entry: ZipEntry) = entry.name.replace('\\', '/')

    private fun depth(path: String) = path.count { it == '/' }

    private fun name(path: String) = path.substringAfterLast('/')

    private fun isLitter(path: String): Boolean {
        val name = name(path)
        return name in LITTER || name.startsWith("._") || path.split('/').contains("__MACOSX")
    }

    /** Stores every entry; a ZipException when one is not as long as the archive says or its CRC differs. */
    private fun store(
        zip: ZipFile,
        entries: Map<String, ZipEntry>,
        out: ZipOutputStream,
    ): Boolean {
        for ((name, entry) in entries) {
            val plain = ZipEntry(name)
            plain.method = ZipEntry.STORED
            plain.size = entry.size
            plain.crc = entry.crc
            out.putNextEntry(plain)
            zip.getInputStream(entry).use { it.copyTo(out) }
            out.closeEntry()
        }
        return true
    }
}

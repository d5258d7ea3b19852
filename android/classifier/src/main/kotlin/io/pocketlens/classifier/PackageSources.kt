package io.pocketlens.classifier

import android.content.Context
import android.net.Uri
import java.io.File
import java.io.FileNotFoundException
import java.io.IOException
import java.io.InputStream
import java.io.OutputStream

/** [length] bytes from [offset] of an open file. */
internal class FilePart(
    val descriptor: Int,
    val offset: Long,
    val length: Long,
)

/** Ways to a package that is not simply a file. */
internal object PackageSources {
    /** No package may be longer: the largest model, the other files and a zip directory. */
    const val MAX_BYTES: Long = 3L * 1024 * 1024 * 1024

    private const val BUFFER = 1 shl 16
    private const val PART = ".part"
    private const val LEFT_OVER_MILLIS = 60 * 60 * 1000L

    /** Calls [use] with an uncompressed asset as part of an open file. */
    fun <T> asset(
        context: Context,
        path: String,
        use: (FilePart) -> T,
    ): T =
        try {
            context.assets.openFd(path).use {
                use(FilePart(it.parcelFileDescriptor.fd, it.startOffset, it.length))
            }
        } catch (error: FileNotFoundException) {
            throw ClassifierException(
                ErrorCode.MISSING_FILE,
                "The app has no uncompressed asset $path. Put the package there as a zip and exclude " +
                    "zip files from compression.",
                error,
            )
        } catch (error: IOException) {
            throw unreadable("asset $path", error)
        }

    /** Calls [use] with a copy of what [uri] names; the copy is gone afterwards unless it is open. */
    fun <T> copied(
        context: Context,
        uri: Uri,
        use: (File) -> T,
    ): T {
        val copy = part(context.cacheDir, "package")
        try {
            copy(context, uri, copy)
            return use(copy)
        } finally {
            copy.delete()
        }
    }

    /** Copies what [uri] names to [target]; fails with a named error, leaving a part behind. */
    @Suppress("TooGenericExceptionCaught") // what a provider throws arrives here as it is
    fun copy(
        context: Context,
        uri: Uri,
        target: File,
    ) {
        try {
            val stream = context.contentResolver.openInputStream(uri) ?: throw FileNotFoundException("no stream")
            stream.use { input -> writing(target) { target.outputStream() }.use { copy(input, it, target) } }
        } catch (error: IOException) {
            throw unreadable(uri.toString(), error)
        } catch (error: RuntimeException) {
            throw unreadable(uri.toString(), error)
        }
    }

    /** Removes copies that a killed process has left in [folder]: those that nobody has written to for a while. */
    fun removeLeftOvers(
        folder: File,
        prefix: String,
    ) {
        val before = System.currentTimeMillis() - LEFT_OVER_MILLIS
        folder
            .listFiles { file -> file.name.startsWith(prefix) && file.name.endsWith(PART) }
            .orEmpty()
            .filter { it.lastModified() < before }
            .forEach { it.delete() }
    }

    /** A new file in [folder] for a copy. */
    fun part(
        folder: File,
        prefix: String,
    ): File =
        writing(folder) {
            folder.mkdirs()
            removeLeftOvers(folder, prefix)
            File.createTempFile(prefix, PART, folder)
        }

    /** What [write] gives; that it fails means that there is no room or no right to write. */
    private fun <T> writing(
        place: File,
        write: () -> T,
    ): T =
        try {
            write()
        } catch (error: IOException) {
            throw cannotWrite(place, error)
        } catch (error: SecurityException) {
            throw cannotWrite(place, error)
        }

    /** The error of a package that could not be kept at [place]. */
    fun cannotWrite(
        place: File,
        cause: Exception? = null,
    ) = ClassifierException(
        ErrorCode.CANNOT_WRITE,
        "The package could not be written to $place${cause?.message?.let { ": $it" }.orEmpty()}." +
            " Free some space and try again.",
        cause,
    )

    private fun copy(
        from: InputStream,
        to: OutputStream,
        target: File,
    ) {
        val buffer = ByteArray(BUFFER)
        var total = 0L
        while (true) {
            val count = from.read(buffer)
            if (count < 0) return
            total += count
            if (total > MAX_BYTES) {
                throw ClassifierException(
                    ErrorCode.TOO_LARGE,
                    "The file is longer than $MAX_BYTES bytes, more than a package may hold.",
                )
            }
            writing(target) { to.write(buffer, 0, count) }
        }
    }

    private fun unreadable(
        what: String,
        cause: Exception,
    ) = ClassifierException(
        ErrorCode.UNREADABLE_FILE,
        "The package $what could not be read: ${cause.message}. Choose it again or choose another one.",
        cause,
    )
}

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
        val copy = temporary(context.cacheDir)
        try {
            copy(context, uri, copy)
            return use(copy)
        } finally {
            copy.delete()
        }
    }

    /** Copies what [uri] names to [target]; fails with a named error, leaving a part behind. */
    fun copy(
        context: Context,
        uri: Uri,
        target: File,
    ) {
        try {
            val stream = context.contentResolver.openInputStream(uri)
            stream?.use { input -> target.outputStream().use { copy(input, it) } }
                ?: throw FileNotFoundException("no stream")
        } catch (error: IOException) {
            throw unreadable(uri.toString(), error)
        } catch (error: SecurityException) {
            throw unreadable(uri.toString(), error)
        }
    }

    private fun temporary(folder: File): File =
        try {
            File.createTempFile("package", ".part", folder)
        } catch (error: IOException) {
            throw unreadable(folder.path, error)
        }

    private fun copy(
        from: InputStream,
        to: OutputStream,
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
            to.write(buffer, 0, count)
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

package io.pocketlens.classifier

import android.content.Context
import android.net.Uri
import androidx.annotation.WorkerThread
import java.io.File
import java.io.IOException
import java.util.regex.Pattern

/** A package that a [PackageStore] keeps; [file] goes to [Classifier.open]. */
public data class StoredPackage(
    val name: String,
    val title: String,
    val file: File,
)

/**
 * Packages that a user brought in, one zip each in a [folder] of the app's own. A package is checked
 * whole, with its hashes, before it appears, and it appears whole or not at all.
 */
public class PackageStore(
    private val folder: File,
) {
    /** The packages in the order of their names; one that has become unreadable is left out. */
    public fun list(): List<StoredPackage> =
        folder
            .listFiles { file -> file.name.endsWith(SUFFIX) }
            .orEmpty()
            .sortedBy { it.name }
            .mapNotNull { stored(it) }

    /**
     * Copies the package zip behind [uri], checks it and keeps it under its own name, in the place of
     * an older one of that name. A zip that Finder, Windows or `zip -r` made of a package's folder is
     * written anew first. Fails with the error that the check gives and keeps nothing then.
     */
    @WorkerThread
    @Throws(ClassifierException::class)
    public fun add(
        context: Context,
        uri: Uri,
    ): StoredPackage {
        NativeLibrary.load()
        val part = PackageSources.part(folder, "import")
        val plain = PackageSources.part(folder, "import")
        try {
            PackageSources.copy(context, uri, part)
            return try {
                keep(part)
            } catch (error: ClassifierException) {
                if (error.code !in FOREIGN || !rewrite(part, plain)) throw error
                keep(plain)
            }
        } finally {
            part.delete()
            plain.delete()
        }
    }

    private fun rewrite(
        part: File,
        plain: File,
    ): Boolean =
        try {
            ForeignZip.rewrite(part, plain)
        } catch (error: IOException) {
            throw PackageSources.cannotWrite(plain, error)
        }

    private fun keep(part: File): StoredPackage {
        val info = modelInfo(NativeCalls.inspect(part.path))
        val target = File(folder, checkedName(info.name) + SUFFIX)
        if (!part.renameTo(target)) throw PackageSources.cannotWrite(target)
        return StoredPackage(info.name, info.title, target)
    }

    /** The file of the package of that name, without a look inside; null when there is none. */
    @Throws(ClassifierException::class)
    public fun file(name: String): File? = File(folder, checkedName(name) + SUFFIX).takeIf { it.isFile }

    /** Removes a package; true when there was one. A classifier that has it open goes on working. */
    @Throws(ClassifierException::class)
    public fun remove(name: String): Boolean = File(folder, checkedName(name) + SUFFIX).delete()

    private fun stored(file: File): StoredPackage? =
        try {
            NativeLibrary.load()
            val info = modelInfo(NativeCalls.inspect(file.path))
            StoredPackage(info.name, info.title, file)
        } catch (ignored: ClassifierException) {
            null // said in the contract of list()
        }

    private fun checkedName(name: String): String {
        if (NAME.matcher(name).matches()) return name
        throw ClassifierException(
            ErrorCode.BAD_MANIFEST,
            "The package is named \"$name\", expected 1 to 100 small letters, digits, dots, dashes and underscores.",
        )
    }

    private companion object {
        const val SUFFIX = ".zip"

        /** What the check says of a zip that is whole and not a plain one. */
        val FOREIGN = setOf(ErrorCode.BAD_ARCHIVE, ErrorCode.PATH_OUTSIDE_PACKAGE)
        val NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,99}")
    }
}

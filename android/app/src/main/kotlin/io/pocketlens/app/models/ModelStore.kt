package io.pocketlens.app.models

import android.content.Context
import android.net.Uri
import io.pocketlens.classifier.PackageStore
import io.pocketlens.classifier.StoredPackage
import java.io.File

/** The packages a user brought in. Every call may take a while and fail with a `ClassifierException`. */
interface ModelStore {
    fun list(): List<StoredPackage>

    /** The file of a package, without a look inside; null when there is none. */
    fun file(name: String): File?

    /** Checks and installs the package behind [uri], whole or not at all. */
    fun import(uri: Uri): StoredPackage

    fun remove(name: String): Boolean
}

/** The library's store in the app's own folder. */
class LibraryModelStore(
    private val context: Context,
) : ModelStore {
    private val store get() = PackageStore(File(context.filesDir, "packages"))

    override fun list(): List<StoredPackage> = store.list()

    override fun file(name: String): File? = store.file(name)

    override fun import(uri: Uri): StoredPackage = store.add(context, uri)

    override fun remove(name: String): Boolean = store.remove(name)
}

package io.pocketlens.app.model

import android.net.Uri
import io.pocketlens.classifier.StoredPackage
import java.io.File

/** A package that was checked and waits for a yes. */
class IncomingPackage(
    val name: String,
    val title: String,
    /** The title of the package of the same name that it would take the place of; null: none. */
    val replaces: String?,
    internal val file: File,
)

/** The packages a user brought in. Every call may take a while and fail with a `ClassifierException`. */
interface ModelPackages {
    fun list(): List<StoredPackage>

    /** The file of a package, without a look inside; null when there is none. */
    fun file(name: String): File?

    /** What tells a package's file from another of the same name; null when there is none. */
    fun fingerprint(name: String): String?

    /** Checks the package behind [uri] and keeps it apart: nothing is replaced yet. */
    fun check(uri: Uri): IncomingPackage

    /** Installs what was checked, whole or not at all. */
    fun install(incoming: IncomingPackage): StoredPackage

    /** Forgets what was checked. */
    fun discard(incoming: IncomingPackage)

    fun remove(name: String): Boolean

    /** What the package that came with the app says of itself, without opening the model; null: nothing. */
    fun builtInTitle(): String?
}

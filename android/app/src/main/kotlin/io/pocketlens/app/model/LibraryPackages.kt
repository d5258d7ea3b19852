package io.pocketlens.app.model

import android.content.Context
import android.net.Uri
import io.pocketlens.classifier.ClassifierException
import io.pocketlens.classifier.PackageStore
import io.pocketlens.classifier.StoredPackage
import org.json.JSONException
import org.json.JSONObject
import java.io.File
import java.io.IOException
import java.io.InputStream
import java.security.MessageDigest
import java.util.zip.ZipInputStream

/** The library's store in the app's own folder. */
class LibraryPackages(
    private val context: Context,
) : ModelPackages {
    private val folder get() = File(context.filesDir, "packages")
    private val store get() = PackageStore(folder)

    override fun list(): List<StoredPackage> = store.list()

    override fun file(name: String): File? = store.file(name)

    override fun fingerprint(name: String): String? =
        try {
            store.file(name)?.let(::sha256)
        } catch (_: IOException) {
            null // Opening it will say what is wrong.
        } catch (_: ClassifierException) {
            null
        }

    override fun check(uri: Uri): IncomingPackage {
        val waiting = File(context.cacheDir, "incoming")
        waiting.deleteRecursively()
        val checked = PackageStore(waiting).add(context, uri)
        val old = store.list().firstOrNull { it.name == checked.name }
        return IncomingPackage(checked.name, checked.title, old?.let { it.title.ifEmpty { it.name } }, checked.file)
    }

    override fun install(incoming: IncomingPackage): StoredPackage =
        store.add(context, Uri.fromFile(incoming.file)).also { discard(incoming) }

    override fun discard(incoming: IncomingPackage) {
        incoming.file.delete()
    }

    override fun remove(name: String): Boolean = store.remove(name)

    override fun builtInTitle(): String? =
        try {
            BuiltInPackage.path(context)?.let { context.assets.open(it).use(::title) }
        } catch (_: IOException) {
            null
        } catch (_: JSONException) {
            null
        }

    private fun title(zip: InputStream): String? {
        val entries = ZipInputStream(zip)
        while (true) {
            val entry = entries.nextEntry ?: return null
            if (entry.name == "model.json") return JSONObject(entries.readBytes().decodeToString()).getString("title")
        }
    }

    private fun sha256(file: File): String {
        val digest = MessageDigest.getInstance("SHA-256")
        file.inputStream().use { input ->
            val part = ByteArray(DEFAULT_BUFFER_SIZE)
            while (true) {
                val count = input.read(part)
                if (count < 0) break
                digest.update(part, 0, count)
            }
        }
        return digest.digest().joinToString("") { "%02x".format(it) }
    }
}

package io.pocketlens.app.testing

import android.graphics.Bitmap
import android.net.Uri
import io.pocketlens.app.models.ModelStore
import io.pocketlens.app.permission.PermissionMemory
import io.pocketlens.app.photo.PhotoSource
import io.pocketlens.app.settings.Settings
import io.pocketlens.app.settings.SettingsStore
import io.pocketlens.classifier.ClassifierException
import io.pocketlens.classifier.Photo
import io.pocketlens.classifier.StoredPackage
import java.io.File

/** Settings in memory. */
class FakeSettings : SettingsStore {
    var stored = Settings(language = Settings.ENGLISH)
    var reads = 0
        private set

    override fun read(): Settings {
        reads++
        return stored
    }

    override fun write(settings: Settings) {
        stored = settings
    }
}

/** Packages in memory. */
class FakeModelStore : ModelStore {
    val stored = ArrayList<StoredPackage>()
    val imported = ArrayList<Uri>()

    /** What an import fails with; null: it works. */
    var refusal: ClassifierException? = null

    override fun list(): List<StoredPackage> = stored.toList()

    override fun file(name: String): File? = stored.firstOrNull { it.name == name }?.file

    override fun import(uri: Uri): StoredPackage {
        imported.add(uri)
        refusal?.let { throw it }
        return stored("my-flowers", "Flowers of my garden").also(stored::add)
    }

    override fun remove(name: String): Boolean = stored.removeAll { it.name == name }

    companion object {
        fun stored(
            name: String,
            title: String,
        ) = StoredPackage(name, title, File("/data/packages/$name.zip"))
    }
}

/** One photo for every address. */
class FakePhotos : PhotoSource {
    var make: () -> Photo = { Photo(Bitmap.createBitmap(8, 6, Bitmap.Config.ARGB_8888), decodeMillis = 21.5) }
    val loaded = ArrayList<Uri>()

    override fun load(uri: Uri): Photo {
        loaded.add(uri)
        return make()
    }
}

class FakePermissionMemory : PermissionMemory {
    override var refusedBefore = false
}

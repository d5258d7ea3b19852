package io.pocketlens.app.testing

import android.net.Uri
import io.pocketlens.app.answer.Speaker
import io.pocketlens.app.live.PermissionMemory
import io.pocketlens.app.model.IncomingPackage
import io.pocketlens.app.model.ModelPackages
import io.pocketlens.app.settings.SettingsStore
import io.pocketlens.app.settings.UserSettings
import io.pocketlens.classifier.ClassifierException
import io.pocketlens.classifier.StoredPackage
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.update
import java.io.File
import java.util.Locale

/** Settings in memory. */
class FakeSettings : SettingsStore {
    val stored = MutableStateFlow(UserSettings(language = UserSettings.ENGLISH))
    override val settings: Flow<UserSettings> get() = stored

    override suspend fun update(change: (UserSettings) -> UserSettings) = stored.update(change)
}

/** Packages in memory. */
class FakePackages : ModelPackages {
    val stored = ArrayList<StoredPackage>()
    val discarded = ArrayList<IncomingPackage>()
    val prints = HashMap<String, String>()

    /** What a check fails with; null: it works. */
    var refusal: ClassifierException? = null

    override fun list(): List<StoredPackage> = stored.toList()

    override fun file(name: String): File? = stored.firstOrNull { it.name == name }?.file

    override fun fingerprint(name: String): String? = prints[name]

    override fun check(uri: Uri): IncomingPackage {
        refusal?.let { throw it }
        val replaced = stored.firstOrNull { it.name == NAME }?.title
        return IncomingPackage(NAME, "Flowers of my garden", replaced, File("/cache/$NAME.zip"))
    }

    override fun install(incoming: IncomingPackage): StoredPackage {
        stored.removeAll { it.name == incoming.name }
        prints[incoming.name] = "installed ${incoming.title}"
        return stored(incoming.name, incoming.title).also(stored::add)
    }

    override fun discard(incoming: IncomingPackage) {
        discarded.add(incoming)
    }

    override fun remove(name: String): Boolean = stored.removeAll { it.name == name }

    override fun builtInTitle(): String = "MobileNetV2 1.0/224, 601 Open Images labels"

    companion object {
        const val NAME = "my-flowers"

        fun stored(
            name: String = NAME,
            title: String = "Flowers of my garden",
        ) = StoredPackage(name, title, File("/data/packages/$name.zip"))
    }
}

class FakePermissionMemory : PermissionMemory {
    var refused = false

    override suspend fun refusedBefore(): Boolean = refused

    override suspend fun remember(refused: Boolean) {
        this.refused = refused
    }
}

/** Remembers what it is to say. */
class FakeSpeaker : Speaker {
    val said = ArrayList<String>()

    override fun say(
        text: String,
        locale: Locale,
    ) {
        said.add(text)
    }

    override fun close() = Unit
}

package io.pocketlens.app.settings

import android.content.SharedPreferences
import io.pocketlens.classifier.Strictness
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.filterNotNull
import kotlinx.coroutines.flow.onStart
import kotlinx.coroutines.sync.Mutex
import kotlinx.coroutines.sync.withLock
import kotlinx.coroutines.withContext

/**
 * Settings in shared preferences, which are read and written on [io]. A value that this version does
 * not know (a file from a newer version, a damaged one) counts as not set.
 */
class PreferenceSettings(
    private val io: CoroutineDispatcher,
    private val open: () -> SharedPreferences,
) : SettingsStore {
    private val lock = Mutex()
    private val current = MutableStateFlow<UserSettings?>(null)

    override val settings: Flow<UserSettings> = current.onStart { lock.withLock { load() } }.filterNotNull()

    override suspend fun update(change: (UserSettings) -> UserSettings) =
        lock.withLock {
            val next = change(load())
            withContext(io) { open().write(next) }
            current.value = next
        }

    private suspend fun load(): UserSettings =
        current.value ?: withContext(io) { open().read() }.also { current.value = it }
}

/** The settings that are stored here. */
internal fun SharedPreferences.read(): UserSettings {
    val plain = UserSettings()
    val stored = all
    return UserSettings(
        model = stored["model"] as? String,
        labels = (stored["labels"] as? Int)?.takeIf { it in UserSettings.LABEL_COUNTS } ?: plain.labels,
        strictness = Strictness.entries.firstOrNull { it.name == stored["strictness"] } ?: plain.strictness,
        threads = (stored["threads"] as? Int)?.takeIf { it in UserSettings.THREAD_COUNTS } ?: plain.threads,
        fp16 = stored["fp16"] as? Boolean ?: plain.fp16,
        language = (stored["language"] as? String)?.takeIf { it in UserSettings.LANGUAGES },
        speak = stored["speak"] as? Boolean ?: plain.speak,
    )
}

private fun SharedPreferences.write(settings: UserSettings) {
    edit()
        .putString("model", settings.model)
        .putInt("labels", settings.labels)
        .putString("strictness", settings.strictness.name)
        .putInt("threads", settings.threads)
        .putBoolean("fp16", settings.fp16)
        .putString("language", settings.language)
        .putBoolean("speak", settings.speak)
        .commit()
}

package io.pocketlens.app.settings

import android.content.SharedPreferences
import io.pocketlens.classifier.Strictness

/**
 * Settings in shared preferences. A value that this version does not know (a file from a newer
 * version, a damaged one) counts as not set.
 */
class PreferenceSettings(
    private val preferences: SharedPreferences,
) : SettingsStore {
    override fun read(): Settings {
        val plain = Settings()
        return Settings(
            model = text("model"),
            labels = number("labels").takeIf { it in Settings.LABEL_COUNTS } ?: plain.labels,
            strictness = Strictness.values().firstOrNull { it.name == text("strictness") } ?: plain.strictness,
            threads = number("threads").takeIf { it in Settings.THREAD_COUNTS } ?: plain.threads,
            fp16 = preferences.all["fp16"] as? Boolean ?: plain.fp16,
            language = text("language")?.takeIf { it in Settings.LANGUAGES },
        )
    }

    override fun write(settings: Settings) {
        preferences
            .edit()
            .putString("model", settings.model)
            .putInt("labels", settings.labels)
            .putString("strictness", settings.strictness.name)
            .putInt("threads", settings.threads)
            .putBoolean("fp16", settings.fp16)
            .putString("language", settings.language)
            .commit()
    }

    private fun text(key: String) = preferences.all[key] as? String

    private fun number(key: String) = preferences.all[key] as? Int ?: 0
}

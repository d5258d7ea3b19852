package io.pocketlens.app.settings

import io.pocketlens.classifier.ClassifierSettings
import io.pocketlens.classifier.Strictness
import kotlinx.coroutines.flow.Flow

/** What the user chose. */
data class UserSettings(
    /** The name of an imported package; null for the one that came with the app. */
    val model: String? = null,
    /** How many labels to list, one of [LABEL_COUNTS]. */
    val labels: Int = 5,
    val strictness: Strictness = Strictness.NORMAL,
    /** One of [THREAD_COUNTS]. */
    val threads: Int = 2,
    val fp16: Boolean = false,
    /** Language of the labels' names, one of [LANGUAGES]; null: as the app. */
    val language: String? = null,
    /** Whether answers are spoken. */
    val speak: Boolean = false,
) {
    /** What of it the classifier must be opened with. */
    val classifier get() = ClassifierSettings(threads = threads, fp16 = fp16, strictness = strictness)

    /** The language to show labels in: the first choice that [available] or English can serve. */
    fun labelLanguage(
        phone: String,
        available: List<String>,
    ): String = (language ?: phone).takeIf { it in available } ?: ENGLISH

    companion object {
        const val ENGLISH = "en"
        val LABEL_COUNTS = listOf(3, 5, 10)
        val THREAD_COUNTS = listOf(1, 2, 4)
        val LANGUAGES = listOf(ENGLISH, "zh", "es", "de", "fr")
    }
}

/** Remembers the settings. */
interface SettingsStore {
    /** The settings, at once and after every change. */
    val settings: Flow<UserSettings>

    suspend fun update(change: (UserSettings) -> UserSettings)
}

package io.pocketlens.app.settings

import android.app.Activity
import android.app.LocaleManager
import android.content.Context
import android.content.res.Configuration
import android.os.Build
import android.os.LocaleList
import io.pocketlens.app.LaterThanMinSdk
import java.util.Locale

/**
 * The app's own language: the system's per-app setting from Android 13 on; before that remembered here
 * and put under every activity's context.
 */
@LaterThanMinSdk
object AppLanguage {
    /** The languages of the app's texts. */
    val TAGS = listOf("en", "zh", "es", "de", "fr")
    private const val FILE = "language"
    private const val KEY = "tag"

    /** The chosen language's tag; null: as the phone. */
    fun chosen(context: Context): String? =
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.TIRAMISU) {
            val locales = context.getSystemService(LocaleManager::class.java)?.applicationLocales
            if (locales == null || locales.isEmpty) null else locales[0].language
        } else {
            context.getSharedPreferences(FILE, Context.MODE_PRIVATE).getString(KEY, null)?.takeIf { it in TAGS }
        }

    /** Chooses a language; the activity is made anew in it, by the system or here. */
    fun choose(
        activity: Activity,
        tag: String?,
    ) {
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.TIRAMISU) {
            val locales = if (tag == null) LocaleList.getEmptyLocaleList() else LocaleList.forLanguageTags(tag)
            activity.getSystemService(LocaleManager::class.java)?.applicationLocales = locales
        } else {
            activity
                .getSharedPreferences(FILE, Context.MODE_PRIVATE)
                .edit()
                .putString(KEY, tag)
                .apply()
            activity.recreate()
        }
    }

    /** The context for an activity's texts, from its attachBaseContext. */
    fun wrap(base: Context): Context {
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.TIRAMISU) return base
        val tag = chosen(base) ?: return base
        val configuration = Configuration(base.resources.configuration)
        configuration.setLocales(LocaleList(Locale.forLanguageTag(tag)))
        return base.createConfigurationContext(configuration)
    }

    /** The language of the app's texts, for the labels' names. */
    fun now(context: Context): String =
        wrap(context)
            .resources.configuration.locales[0]
            .language
}

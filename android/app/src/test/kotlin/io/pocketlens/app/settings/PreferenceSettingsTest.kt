package io.pocketlens.app.settings

import android.content.Context
import io.pocketlens.classifier.Strictness
import org.junit.Assert.assertEquals
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment

@RunWith(RobolectricTestRunner::class)
class PreferenceSettingsTest {
    private val preferences = RuntimeEnvironment.getApplication().getSharedPreferences("test", Context.MODE_PRIVATE)

    @Test
    fun startsWithTheDefaults() {
        assertEquals(Settings(), PreferenceSettings(preferences).read())
    }

    @Test
    fun remembersEverything() {
        val chosen = Settings("my-flowers", 10, Strictness.STRICT, 4, fp16 = true, language = "de")
        PreferenceSettings(preferences).write(chosen)
        assertEquals(chosen, PreferenceSettings(preferences).read())
        PreferenceSettings(preferences).write(Settings())
        assertEquals("back to none", Settings(), PreferenceSettings(preferences).read())
    }

    @Test
    fun overlooksValuesItDoesNotKnow() {
        preferences
            .edit()
            .putInt("labels", 7)
            .putString("strictness", "MERCIFUL")
            .putString("threads", "many")
            .putString("language", "tlh")
            .putInt("fp16", 1)
            .commit()
        assertEquals(Settings(), PreferenceSettings(preferences).read())
    }

    @Test
    fun theLabelsLanguageIsOneThatThePackageHas() {
        val offered = listOf("zh", "de")
        assertEquals("zh", Settings(language = null).labelLanguage("zh", offered))
        assertEquals("en", Settings(language = null).labelLanguage("fi", offered))
        assertEquals("de", Settings(language = "de").labelLanguage("zh", offered))
        assertEquals("not in this package", "en", Settings(language = "es").labelLanguage("zh", offered))
        assertEquals("en", Settings(language = "en").labelLanguage("zh", offered))
    }

    @Test
    fun whatTheClassifierIsOpenedWith() {
        val asked = Settings(strictness = Strictness.LENIENT, threads = 4, fp16 = true).classifier
        assertEquals(4, asked.threads)
        assertEquals(Strictness.LENIENT, asked.strictness)
        assertEquals(true, asked.fp16)
        assertEquals(
            "labels and language change nothing",
            asked,
            Settings("x", 3, Strictness.LENIENT, 4, true, "es").classifier,
        )
    }
}

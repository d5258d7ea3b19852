package io.pocketlens.app.settings

import android.app.Application
import android.app.LocaleManager
import androidx.lifecycle.SavedStateHandle
import androidx.test.core.app.ApplicationProvider
import io.pocketlens.app.R
import io.pocketlens.app.testing.FakePackages
import io.pocketlens.app.testing.TestApp
import io.pocketlens.classifier.StoredPackage
import io.pocketlens.classifier.Strictness
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.flow.update
import kotlinx.coroutines.launch
import org.junit.Assert.assertEquals
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.Robolectric
import org.robolectric.RobolectricTestRunner
import org.robolectric.annotation.Config

/** What the user chooses is kept, and what is shown is what is there. */
@RunWith(RobolectricTestRunner::class)
@Config(application = TestApp::class)
class SettingsTest {
    private val phone get() = TestApp.phone
    private val app = ApplicationProvider.getApplicationContext<Application>()
    private val preferences = app.getSharedPreferences("test", Application.MODE_PRIVATE)

    private fun stored(): UserSettings {
        var found: UserSettings? = null
        val store = PreferenceSettings(phone.dispatchers.io) { preferences }
        val job = CoroutineScope(Dispatchers.Main.immediate).launch { store.settings.collect { found = it } }
        phone.settle()
        job.cancel()
        return checkNotNull(found)
    }

    @Test
    fun everythingIsKept() {
        val chosen = UserSettings("mine", 10, Strictness.STRICT, 4, fp16 = true, language = "de", speak = true)
        val store = PreferenceSettings(phone.dispatchers.io) { preferences }
        CoroutineScope(Dispatchers.Main.immediate).launch { store.update { chosen } }
        phone.settle()
        assertEquals(chosen, stored())
    }

    @Test
    fun whatIsNotKnownCountsAsNotSet() {
        preferences
            .edit()
            .putString("labels", "many")
            .putInt("threads", 77)
            .putString("strictness", "X")
            .apply()
        assertEquals(UserSettings(), stored())
    }

    @Test
    fun theBuiltInModelSaysWhatItIs() {
        val model = SettingsViewModel(phone.graph, SavedStateHandle())
        model.refresh()
        phone.settle()
        assertEquals("MobileNetV2 1.0/224, 601 Open Images labels", model.uiState.value.builtIn)
    }

    @Test
    fun removingTheChosenModelChoosesTheBuiltInOne() {
        phone.packages.stored += FakePackages.stored()
        phone.settings.stored.update { it.copy(model = FakePackages.NAME) }
        val model = SettingsViewModel(phone.graph, SavedStateHandle())
        model.refresh()
        phone.settle()
        model.askToRemove(phone.packages.stored.single())
        phone.settle()
        assertEquals(
            FakePackages.NAME,
            model.uiState.value.removing
                ?.name,
        )
        model.remove()
        phone.settle()
        assertEquals(emptyList<StoredPackage>(), model.uiState.value.models)
        assertNull(phone.settings.stored.value.model)
    }

    @Test
    fun packagesAreFoundUnderAllNamesOfZip() {
        assertTrue("application/x-zip-compressed" in SettingsActivity.PACKAGE_TYPES)
        assertTrue("application/zip" in SettingsActivity.PACKAGE_TYPES)
    }

    @Test
    @Config(sdk = [26, 30])
    fun theAppHasItsOwnLanguageOnOlderPhones() {
        val controller = Robolectric.buildActivity(SettingsActivity::class.java).setup()
        assertEquals("Settings", controller.get().getString(R.string.settings))
        AppLanguage.choose(controller.get(), "de")
        phone.settle()
        val german = Robolectric.buildActivity(SettingsActivity::class.java).setup().get()
        assertEquals("Einstellungen", german.getString(R.string.settings))
        assertEquals("and the labels follow", "de", AppLanguage.now(app))
        AppLanguage.choose(german, null)
        assertNull(AppLanguage.chosen(app))
    }

    @Test
    fun theSystemKnowsTheAppsLanguageOnNewerPhones() {
        val activity = Robolectric.buildActivity(SettingsActivity::class.java).setup().get()
        AppLanguage.choose(activity, "fr")
        assertEquals("fr", activity.getSystemService(LocaleManager::class.java).applicationLocales.toLanguageTags())
    }
}

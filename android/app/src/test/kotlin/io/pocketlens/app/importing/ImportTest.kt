package io.pocketlens.app.importing

import android.net.Uri
import io.pocketlens.app.testing.FakePackages
import io.pocketlens.app.testing.TestApp
import io.pocketlens.classifier.ClassifierException
import io.pocketlens.classifier.ErrorCode
import org.junit.Assert.assertEquals
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.annotation.Config

/** An import asks before it changes anything. */
@RunWith(RobolectricTestRunner::class)
@Config(application = TestApp::class)
class ImportTest {
    private val phone get() = TestApp.phone
    private val model by lazy { ImportViewModel(phone.graph) }

    private fun begin() {
        model.begin(Uri.parse("content://files/my-flowers.zip"))
        phone.settle()
    }

    @Test
    fun nothingIsReplacedBeforeTheUserSaysSo() {
        phone.packages.stored += FakePackages.stored(title = "Old flowers")
        begin()
        val asking = model.uiState.value as ImportUiState.Asking
        assertEquals("Old flowers", asking.incoming.replaces)
        assertEquals(
            "Old flowers",
            phone.packages.stored
                .single()
                .title,
        )
        model.refuse()
        phone.settle()
        assertEquals(
            "Old flowers",
            phone.packages.stored
                .single()
                .title,
        )
        assertEquals(listOf(asking.incoming), phone.packages.discarded)
        assertEquals(ImportUiState.Done, model.uiState.value)
    }

    @Test
    fun installsAndUses() {
        begin()
        assertNull((model.uiState.value as ImportUiState.Asking).incoming.replaces)
        model.install()
        phone.settle()
        assertTrue(model.uiState.value is ImportUiState.Installed)
        model.use()
        phone.settle()
        assertEquals(FakePackages.NAME, phone.settings.stored.value.model)
    }

    @Test
    fun aRefusalIsNamed() {
        phone.packages.refusal = ClassifierException(ErrorCode.BAD_ARCHIVE, "no zip")
        begin()
        assertEquals(ErrorCode.BAD_ARCHIVE, (model.uiState.value as ImportUiState.Refused).details.code)
    }
}

package io.pocketlens.app.model

import android.os.Looper
import io.pocketlens.app.settings.UserSettings
import io.pocketlens.app.testing.FakeModel
import io.pocketlens.app.testing.FakePackages
import io.pocketlens.app.testing.TestApp
import io.pocketlens.classifier.ClassifierException
import io.pocketlens.classifier.ErrorCode
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.flow.update
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertNotSame
import org.junit.Assert.assertSame
import org.junit.Assert.assertTrue
import org.junit.Before
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config
import java.time.Duration

/** The model that is asked for is the one that is open, and it alone. */
@RunWith(RobolectricTestRunner::class)
@Config(application = TestApp::class)
class ModelsTest {
    private val phone get() = TestApp.phone
    private val models get() = phone.models
    private val scope = CoroutineScope(Dispatchers.Main.immediate)
    private val listening by lazy { scope.launch { models.state.collect {} } }

    @Before
    fun listen() {
        listening.start()
        phone.settle()
    }

    private fun ready() = models.state.value as ModelState.Ready

    private fun choose(change: (UserSettings) -> UserSettings) {
        phone.settings.stored.update(change)
        phone.settle()
    }

    @Test
    fun opensOnceForAll() {
        val first = ready().model
        models.look()
        phone.settle()
        assertSame(first, ready().model)
        assertEquals(1, phone.opener.opened.size)
    }

    @Test
    fun closesWhenNobodyListensAnyMore() {
        listening.cancel()
        shadowOf(Looper.getMainLooper()).idleFor(Duration.ofSeconds(10))
        assertEquals(0, phone.opener.openCount)
    }

    @Test
    fun anotherSettingOpensAnewAndClosesTheOld() {
        choose { it.copy(threads = 4) }
        assertEquals(2, phone.opener.opened.size)
        assertEquals(1, phone.opener.openCount)
        assertEquals(4, ready().model.run.threads)
    }

    @Test
    fun anotherLanguageOnlyRenames() {
        choose { it.copy(language = "zh") }
        assertEquals("猫", ready().model.names[FakeModel.CAT])
        assertEquals(1, phone.opener.opened.size)
        choose { it.copy(language = null) }
        phone.language = "zh"
        models.look()
        phone.settle()
        assertEquals("zh", ready().model.language)
    }

    /** It was compared by name once, and went on with the old one. */
    @Test
    fun anotherPackageOfTheSameNameTakesOver() {
        phone.packages.stored += FakePackages.stored()
        phone.packages.prints[FakePackages.NAME] = "one"
        choose { it.copy(model = FakePackages.NAME) }
        val before = phone.opener.opened.last()
        phone.packages.prints[FakePackages.NAME] = "two"
        models.look()
        phone.settle()
        assertTrue(before.isClosed)
        assertNotSame(before, ready().model.classifier)
    }

    @Test
    fun aPackageThatIsGoneIsSaid() {
        choose { it.copy(model = "gone") }
        val failed = models.state.value as ModelState.Failed
        assertEquals(ErrorCode.MISSING_FILE to true, failed.error.code to failed.imported)
        runBlocking { models.useBuiltIn() }
        phone.settle()
        assertFalse(ready().model.imported)
    }

    @Test
    fun aFailureStandsUntilItIsTriedAgain() {
        models.failed(ready().model, ClassifierException(ErrorCode.PREDICT_FAILED, "no"))
        phone.settle()
        assertTrue(models.state.value is ModelState.Failed)
        models.reload()
        phone.settle()
        assertEquals(2, phone.opener.opened.size)
        assertTrue(models.state.value is ModelState.Ready)
    }

    @Test
    fun aModelThatWasClosedMeanwhileIsNoFailure() {
        models.failed(ready().model, ClassifierException(ErrorCode.CLOSED, "closed"))
        phone.settle()
        assertTrue(models.state.value is ModelState.Ready)
    }
}

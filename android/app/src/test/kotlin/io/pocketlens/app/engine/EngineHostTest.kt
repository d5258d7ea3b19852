package io.pocketlens.app.engine

import io.pocketlens.app.settings.Settings
import io.pocketlens.app.testing.FakeEngine
import io.pocketlens.app.testing.FakeGraph
import io.pocketlens.app.testing.FakeModelStore
import io.pocketlens.classifier.ClassifierException
import io.pocketlens.classifier.ErrorCode
import io.pocketlens.classifier.Strictness
import org.junit.Assert.assertEquals
import org.junit.Assert.assertNotSame
import org.junit.Assert.assertNull
import org.junit.Assert.assertSame
import org.junit.Assert.assertTrue
import org.junit.Test

class EngineHostTest {
    private val graph = FakeGraph()
    private val statuses = ArrayList<ModelStatus>()
    private val host = EngineHost(graph) { statuses.add(it) }
    private val ready get() = (statuses.last() as ModelStatus.Ready).loaded

    private fun refresh() {
        host.refresh()
        graph.settle()
    }

    @Test
    fun opensInTheBackgroundOnly() {
        host.refresh()
        assertEquals(0, graph.opener.asked.size)
        assertEquals(0, graph.settings.reads)
        graph.settle()
        assertEquals("mobilenetv2-openimages", ready.model.name)
        assertNull(
            "the one that came with the app",
            graph.opener.asked
                .single()
                .first,
        )
    }

    @Test
    fun keepsWhatIsOpen() {
        refresh()
        val first = ready
        refresh()
        assertSame(first, ready)
        assertEquals(1, graph.opener.opened.size)
    }

    @Test
    fun anotherLanguageNeedsNoOtherModel() {
        refresh()
        graph.settings.stored = Settings(language = "zh")
        refresh()
        assertEquals("猫", ready.names[FakeEngine.CAT])
        assertEquals(1, graph.opener.opened.size)
    }

    @Test
    fun otherSettingsOpenAnewAndLeaveNothingOpen() {
        refresh()
        for (settings in listOf(
            Settings(threads = 4),
            Settings(fp16 = true),
            Settings(strictness = Strictness.STRICT),
        )) {
            graph.settings.stored = settings
            refresh()
            assertEquals(
                settings.classifier,
                graph.opener.asked
                    .last()
                    .second,
            )
            assertEquals(1, graph.opener.openCount)
        }
    }

    @Test
    fun opensTheChosenModel() {
        graph.models.stored += FakeModelStore.stored("flowers", "Flowers")
        graph.settings.stored = Settings(model = "flowers")
        refresh()
        assertEquals(
            "/data/packages/flowers.zip",
            graph.opener.asked
                .single()
                .first
                ?.path,
        )
    }

    @Test
    fun aChosenModelThatIsGoneFallsBack() {
        graph.settings.stored = Settings(model = "gone")
        refresh()
        assertNull(
            graph.opener.asked
                .single()
                .first,
        )
    }

    @Test
    fun saysWhatFailedAndTriesAgain() {
        graph.opener.refusal = ClassifierException(ErrorCode.WRONG_HASH, "changed")
        refresh()
        val failed = statuses.last() as ModelStatus.Failed
        assertEquals(ErrorCode.WRONG_HASH, failed.error.code)
        assertEquals(false, failed.imported)
        graph.opener.refusal = null
        host.reload()
        assertTrue("says at once that it tries", statuses.last() is ModelStatus.Loading)
        graph.settle()
        assertTrue(statuses.last() is ModelStatus.Ready)
    }

    @Test
    fun aModelWhoseNamesAreBrokenIsClosedAgain() {
        graph.settings.stored = Settings(language = "zh")
        graph.opener.brokenNames = true
        refresh()
        assertEquals(ErrorCode.BAD_NAMES, (statuses.last() as ModelStatus.Failed).error.code)
        assertEquals(0, graph.opener.openCount)
    }

    @Test
    fun aDistrustedModelIsOpenedAnew() {
        refresh()
        val first = ready.engine
        host.distrust()
        refresh()
        assertNotSame(first, ready.engine)
        assertEquals(1, graph.opener.openCount)
    }

    @Test
    fun givesUpAnImportedModel() {
        graph.models.stored += FakeModelStore.stored("flowers", "Flowers")
        graph.settings.stored = Settings(model = "flowers")
        refresh()
        host.useBuiltIn()
        graph.settle()
        assertNull(graph.settings.stored.model)
        assertNull(
            graph.opener.asked
                .last()
                .first,
        )
        assertEquals(1, graph.opener.openCount)
    }

    @Test
    fun onlyTheLastOfManyRequestsOpens() {
        repeat(10) { host.refresh() }
        graph.settle()
        assertEquals(1, graph.opener.opened.size)
        assertEquals(1, statuses.size)
    }

    @Test
    fun closingLeavesNothingOpenAndTellsNothing() {
        host.refresh()
        host.close()
        graph.settle()
        assertEquals(0, graph.opener.openCount)
        assertTrue(statuses.isEmpty())
    }
}

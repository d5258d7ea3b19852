package io.pocketlens.app.models

import android.net.Uri
import io.pocketlens.app.testing.FakeGraph
import io.pocketlens.classifier.ClassifierException
import io.pocketlens.classifier.ErrorCode
import org.junit.Assert.assertEquals
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner

@RunWith(RobolectricTestRunner::class)
class ImportModelTest {
    private val graph = FakeGraph()
    private val uri: Uri = Uri.parse("content://files/flowers.zip")
    private val model = ImportModel(graph, uri)
    private val states = ArrayList<ImportState>()

    private fun import() {
        model.render = states::add
        model.start()
    }

    @Test
    fun checksInTheBackgroundAndInstalls() {
        import()
        assertTrue(states.single() is ImportState.Checking)
        assertTrue("not on the main thread", graph.models.imported.isEmpty())
        graph.settle()
        assertEquals("my-flowers", (states.last() as ImportState.Installed).model.name)
        assertNull("installing is not choosing", graph.settings.stored.model)
    }

    @Test
    fun saysByNameWhyNot() {
        graph.models.refusal = ClassifierException(ErrorCode.PATH_OUTSIDE_PACKAGE, "../evil")
        import()
        graph.settle()
        assertEquals(ErrorCode.PATH_OUTSIDE_PACKAGE, (states.last() as ImportState.Refused).error.code)
        assertTrue(graph.models.stored.isEmpty())
    }

    @Test
    fun usesItWhenAsked() {
        import()
        graph.settle()
        var done = false
        model.use { done = true }
        graph.settle()
        assertTrue(done)
        assertEquals("my-flowers", graph.settings.stored.model)
    }

    @Test
    fun aRefusedOneCannotBeUsed() {
        graph.models.refusal = ClassifierException(ErrorCode.WRONG_HASH, "changed")
        import()
        graph.settle()
        model.use { error("nothing to use") }
        graph.settle()
        assertNull(graph.settings.stored.model)
    }

    @Test
    fun goesOnWhileTheScreenTurns() {
        import()
        model.render = null
        graph.settle()
        model.render = states::add
        assertTrue(states.last() is ImportState.Installed)
        assertEquals("imported once", 1, graph.models.imported.size)
    }
}

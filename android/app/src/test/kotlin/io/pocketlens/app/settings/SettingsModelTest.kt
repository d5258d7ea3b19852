package io.pocketlens.app.settings

import io.pocketlens.app.testing.FakeGraph
import io.pocketlens.app.testing.FakeModelStore
import org.junit.Assert.assertEquals
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Test

class SettingsModelTest {
    private val graph = FakeGraph()
    private val model = SettingsModel(graph)
    private val states = ArrayList<SettingsState>()
    private val shown get() = states.last() as SettingsState.Shown

    private fun open() {
        graph.models.stored += FakeModelStore.stored("flowers", "Flowers")
        model.render = states::add
        model.refresh()
    }

    @Test
    fun showsSettingsBeforeTheModelsAreChecked() {
        open()
        assertEquals(listOf<SettingsState>(SettingsState.Loading), states)
        graph.settle()
        assertNull("settings first", (states[1] as SettingsState.Shown).models)
        assertEquals(listOf("flowers"), shown.models?.map { it.name })
    }

    @Test
    fun remembersAChoice() {
        open()
        graph.settle()
        model.choose(shown.settings.copy(labels = 10))
        assertEquals("at once on the screen", 10, shown.settings.labels)
        graph.settle()
        assertEquals(10, graph.settings.stored.labels)
    }

    @Test
    fun removingTheChosenModelFallsBack() {
        graph.settings.stored = Settings(model = "flowers")
        open()
        graph.settle()
        model.remove("flowers")
        graph.settle()
        assertNull(graph.settings.stored.model)
        assertTrue(shown.models.orEmpty().isEmpty())
    }

    @Test
    fun removingAnotherModelKeepsTheChosenOne() {
        graph.models.stored += FakeModelStore.stored("birds", "Birds")
        graph.settings.stored = Settings(model = "birds")
        open()
        graph.settle()
        model.remove("flowers")
        graph.settle()
        assertEquals("birds", graph.settings.stored.model)
        assertEquals(listOf("birds"), shown.models?.map { it.name })
    }

    @Test
    fun changesBeforeAnythingIsReadAreNone() {
        model.choose(Settings(labels = 3))
        graph.settle()
        assertEquals(5, graph.settings.stored.labels)
    }
}

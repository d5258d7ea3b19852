package io.pocketlens.app.results

import io.pocketlens.app.testing.FakeModel
import io.pocketlens.classifier.Label
import io.pocketlens.classifier.ThresholdStatus
import org.junit.Assert.assertEquals
import org.junit.Test

class LabelPathsTest {
    private fun label(
        index: Int,
        vararg parents: Int,
    ) = Label(
        index,
        "m$index",
        "n$index",
        .5f,
        ThresholdStatus.DEFAULT,
        null,
        null,
        null,
        null,
        parents.toList(),
        emptyList(),
    )

    @Test
    fun leadsFromTheRootToTheLabel() {
        val paths = LabelPaths(FakeModel.labels())
        assertEquals(listOf(listOf(0, 1, 2, 3)), paths.pathsTo(FakeModel.CAT))
        assertEquals(listOf(0, 1, 2), paths.path(FakeModel.CAT))
        assertEquals(setOf(2, 1, 0), paths.ancestors(FakeModel.CAT))
        assertEquals(emptyList<Int>(), paths.path(FakeModel.ANIMAL))
    }

    @Test
    fun knowsSeveralParentsShortestFirst() {
        val paths = LabelPaths(listOf(label(0), label(1, 0), label(2, 1), label(3, 2, 0)))
        assertEquals(listOf(listOf(0, 3), listOf(0, 1, 2, 3)), paths.pathsTo(3))
        assertEquals("on all ways", setOf(2, 0, 1), paths.ancestors(3))
    }

    @Test
    fun endsInARing() {
        val paths = LabelPaths(listOf(label(0, 1), label(1, 0)))
        assertEquals(listOf(listOf(1, 0)), paths.pathsTo(0))
    }

    @Test
    fun showsAFewOfManyWays() {
        val many = (0..8).map { label(it) } + label(9, *(0..8).toList().toIntArray())
        assertEquals(4, LabelPaths(many).pathsTo(9).size)
    }
}

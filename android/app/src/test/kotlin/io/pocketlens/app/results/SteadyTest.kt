package io.pocketlens.app.results

import io.pocketlens.app.testing.FakeModel
import io.pocketlens.classifier.ScoredLabel
import org.junit.Assert.assertEquals
import org.junit.Assert.assertNull
import org.junit.Test

/** Headline and rows hold still. */
class SteadyTest {
    private val labels = FakeModel.labels()
    private val hold = HeadlineHold(holdMs = 300)
    private val order = RowOrder(margin = 0.05f)

    private fun label(
        index: Int,
        score: Float,
    ) = ScoredLabel(labels[index], score, score)

    private fun headline(
        index: Int?,
        atMs: Long,
    ) = hold
        .next(index?.let { Headline(label(it, .8f), null) }, atMs)
        ?.sure
        ?.label
        ?.index

    @Test
    fun theFirstHeadlineShowsAtOnce() {
        assertEquals(3, headline(3, 0))
    }

    @Test
    fun anotherHeadlineWaitsItsTurn() {
        headline(3, 0)
        assertEquals(3, headline(4, 100))
        assertEquals(3, headline(4, 399))
        assertEquals(4, headline(4, 400))
    }

    @Test
    fun aFlickeringHeadlineNeverShows() {
        headline(3, 0)
        for (i in 1..40) assertEquals(3, headline(if (i % 2 == 0) 3 else 4, i * 100L))
        for (i in 41..80) assertEquals(3, headline(if (i % 2 == 0) 5 else 4, i * 100L))
    }

    @Test
    fun notSureWaitsToo() {
        headline(3, 0)
        assertEquals(3, headline(null, 50))
        assertNull(headline(null, 400))
        assertNull("and sureness after it", headline(3, 450))
        assertEquals(3, headline(3, 750))
    }

    @Test
    fun theHeadlinesOwnScoreIsNeverOld() {
        hold.next(Headline(label(3, .6f), null), 0)
        assertEquals(.9f, hold.next(Headline(label(3, .9f), null), 10)?.sure?.score)
    }

    @Test
    fun aRestartForgets() {
        headline(3, 0)
        hold.restart()
        assertEquals(4, headline(4, 1))
    }

    private fun arranged(vararg scores: Pair<Int, Float>) =
        order.arrange(scores.map { label(it.first, it.second) }.sortedByDescending { it.score }).map { it.label.index }

    @Test
    fun rowsStartInOrderOfScore() {
        assertEquals(listOf(2, 0, 1), arranged(0 to .5f, 1 to .3f, 2 to .9f))
    }

    @Test
    fun rowsKeepTheirPlacesOverNothing() {
        arranged(0 to .50f, 1 to .48f)
        assertEquals(listOf(0, 1), arranged(0 to .48f, 1 to .51f))
        assertEquals("a real lead", listOf(1, 0), arranged(0 to .40f, 1 to .51f))
    }

    @Test
    fun newRowsFindTheirPlaceAndGoneOnesLeave() {
        arranged(0 to .9f, 1 to .5f, 2 to .2f)
        assertEquals(listOf(0, 3, 1), arranged(0 to .9f, 1 to .5f, 3 to .7f))
        order.restart()
        assertEquals(listOf(1, 0), arranged(0 to .50f, 1 to .51f))
    }
}

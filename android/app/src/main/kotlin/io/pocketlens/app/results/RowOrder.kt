package io.pocketlens.app.results

import io.pocketlens.classifier.ScoredLabel

/**
 * Keeps the rows of the list from changing places over nothing: labels that stay keep their order,
 * and one moves up past its neighbour only when its score is larger by more than [margin].
 */
class RowOrder(
    private val margin: Float = 0.03f,
) {
    private var order: List<Int> = emptyList()

    /** Forgets the order so far. */
    fun restart() {
        order = emptyList()
    }

    /** [best] come in the order of their scores; they are returned in the order to show. */
    fun arrange(best: List<ScoredLabel>): List<ScoredLabel> {
        val places = order.withIndex().associate { (place, index) -> index to place }
        val (known, others) = best.partition { it.label.index in places }
        val rows = ArrayList(known.sortedBy { places[it.label.index] } + others)
        for (end in 1 until rows.size) {
            var place = end
            while (place > 0 && rows[place].score > rows[place - 1].score + margin) {
                rows.add(place - 1, rows.removeAt(place))
                place--
            }
        }
        order = rows.map { it.label.index }
        return rows
    }
}

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
        val rows = ArrayList(best.filter { it.label.index in order }.sortedBy { order.indexOf(it.label.index) })
        rows.addAll(best.filter { it.label.index !in order })
        for (end in 1 until rows.size) {
            var place = end
            while (place > 0 && rows[place].score > rows[place - 1].score + margin) {
                val up = rows[place]
                rows[place] = rows[place - 1]
                rows[place - 1] = up
                place--
            }
        }
        order = rows.map { it.label.index }
        return rows
    }
}

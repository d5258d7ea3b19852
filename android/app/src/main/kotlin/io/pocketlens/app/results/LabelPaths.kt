package io.pocketlens.app.results

import io.pocketlens.classifier.Label

/** Where a label stands in the class hierarchy. A label may have several parents, hence several paths. */
class LabelPaths(
    private val labels: List<Label>,
) {
    /** Paths from a root to [index], the label itself last; shortest first, at most [limit]. */
    fun pathsTo(
        index: Int,
        limit: Int = 4,
    ): List<List<Int>> {
        val found = ArrayList<List<Int>>()
        val open = ArrayDeque<List<Int>>()
        open.add(listOf(index))
        while (open.isNotEmpty() && found.size < limit) {
            val path = open.removeFirst()
            val parents = labels[path.first()].parents.filter { it !in path }
            if (parents.isEmpty()) found.add(path) else parents.forEach { open.add(listOf(it) + path) }
        }
        return found
    }

    /** The first of [pathsTo] without the label itself: what stands small above a headline. */
    fun path(index: Int): List<Int> = pathsTo(index, 1).firstOrNull()?.dropLast(1).orEmpty()

    /** Every label above [index], on all ways. */
    fun ancestors(index: Int): Set<Int> {
        val found = LinkedHashSet<Int>()
        val open = ArrayDeque(labels[index].parents)
        while (open.isNotEmpty()) {
            val next = open.removeFirst()
            if (found.add(next)) open.addAll(labels[next].parents)
        }
        return found
    }
}

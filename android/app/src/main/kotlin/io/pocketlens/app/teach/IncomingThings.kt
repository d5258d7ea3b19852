package io.pocketlens.app.teach

import io.pocketlens.classifier.TaughtLabel

/** Taught things in a file that was opened, before they are added. */
class IncomingThings(
    internal val bytes: ByteArray,
    /** Names of things that are not known yet. */
    val fresh: List<String>,
    /** Names of things that get more pictures. */
    val more: List<String>,
    /** Names of things that are here already, with all these pictures. */
    val known: List<String>,
) {
    companion object {
        /** What [theirs] would bring to [mine]. */
        fun of(
            bytes: ByteArray,
            theirs: List<TaughtLabel>,
            mine: List<TaughtLabel>,
        ): IncomingThings {
            val here = mine.associateBy { it.mid }
            val (known, fresh) = theirs.partition { it.mid in here }
            val (same, more) = known.partition { here.getValue(it.mid).pictures.containsAll(it.pictures) }

            fun names(labels: List<TaughtLabel>) = labels.map { here[it.mid]?.name ?: it.name }
            return IncomingThings(bytes, names(fresh), names(more), names(same))
        }
    }
}

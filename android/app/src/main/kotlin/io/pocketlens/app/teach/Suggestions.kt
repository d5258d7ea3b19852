package io.pocketlens.app.teach

import java.text.Collator
import java.text.Normalizer

/** A name to choose instead of typing it. */
data class Suggestion(
    val name: String,
    /** How many pictures it was taught with; 0: it is a label of the model. */
    val pictures: Int = 0,
)

/** Which names to offer for what was typed so far. */
object Suggestions {
    const val MOST = 30
    private val MARKS = Regex("\\p{Mn}+")

    /**
     * Where nothing is typed: what was taught; after a wrong answer first the other names it gave, then
     * what was taught, then all labels. Else the names that hold what was [typed], those first that begin
     * with it.
     */
    fun of(
        typed: String,
        request: TeachRequest,
        things: List<TaughtThing>,
        labels: List<String>,
    ): List<Suggestion> {
        val taught = things.map { Suggestion(it.name, it.shots.size) }
        val wanted = plain(typed)
        val names = taught + (request.names + labels).map { Suggestion(it) }
        val found =
            when {
                wanted.isNotEmpty() -> matching(wanted, names)
                request.wrong -> request.names.map { Suggestion(it) } + taught + sorted(labels)
                else -> taught
            }
        val all = found.distinctBy { plain(it.name) }
        return if (wanted.isEmpty()) all else all.take(MOST)
    }

    private fun matching(
        wanted: String,
        all: List<Suggestion>,
    ): List<Suggestion> {
        val (first, rest) = all.filter { wanted in plain(it.name) }.partition { plain(it.name).startsWith(wanted) }
        val (own, others) = first.partition { it.pictures > 0 }
        return own + others.sortedBy { it.name.length } + rest
    }

    private fun sorted(labels: List<String>) = labels.sortedWith(Collator.getInstance()).map { Suggestion(it) }

    /** Without case and accents, so that "eclair" finds "Éclair". */
    private fun plain(name: String): String =
        Normalizer.normalize(name.trim(), Normalizer.Form.NFD).replace(MARKS, "").lowercase()
}

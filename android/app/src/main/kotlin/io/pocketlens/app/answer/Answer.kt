package io.pocketlens.app.answer

/** What is known of a picture. */
sealed interface Answer {
    /** The model loads. */
    data object Preparing : Answer

    /** No picture has been read yet. */
    data object Looking : Answer

    /** An answer that can be shown, shared and kept. */
    sealed interface Given : Answer {
        /** What else it may be, the best first; neither the headline nor what it is a kind of. */
        val others: List<Scored>
    }

    /**
     * The most specific label that is sure. [path] leads to it in the hierarchy, without itself. [guess]
     * is what it probably is more exactly, if the model has an idea.
     */
    data class Sure(
        val headline: Scored,
        val path: List<String>,
        val guess: Scored?,
        override val others: List<Scored>,
    ) : Given

    /** No label reaches its threshold. */
    data class Unsure(
        override val others: List<Scored>,
    ) : Given
}

/** A label with its score, 0..1; 0.5 = exactly as sure as its threshold asks. */
data class Scored(
    val index: Int,
    val name: String,
    val score: Float,
    val sure: Boolean,
    /** Whether the user has taught it. */
    val taught: Boolean = false,
)

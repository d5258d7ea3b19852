package io.pocketlens.classifier

/**
 * What one call may answer: the [topK] best labels, cut to the number of labels. Labels with a score
 * below [leastScore] (0 to 1, else [ErrorCode.BAD_SETTINGS]) are not named. [allow] names the only
 * labels that may be named (empty: all), [deny] those that may not; each by its MID or its English
 * name, else [ErrorCode.UNKNOWN_LABEL]. The same goes for the headline and the guess: where a label
 * is left out, the next one that is sure leads. Raw probabilities are not changed.
 */
public data class ClassifyOptions
    @JvmOverloads
    constructor(
        val topK: Int = DEFAULT_TOP_K,
        val leastScore: Float = 0f,
        val allow: List<String> = emptyList(),
        val deny: List<String> = emptyList(),
    ) {
        public companion object {
            /** The number of labels given back where a call does not say. */
            public const val DEFAULT_TOP_K: Int = 5
        }
    }

/** As the native core takes them; null for no labels. */
internal fun List<String>.orNull(): Array<String>? = if (isEmpty()) null else toTypedArray()

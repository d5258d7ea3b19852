package io.pocketlens.classifier

/** What one call asks for: the [topK] best labels, cut to the number of labels. */
public data class ClassifyOptions
    @JvmOverloads
    constructor(
        val topK: Int = DEFAULT_TOP_K,
    ) {
        public companion object {
            /** The number of labels given back where a call does not say. */
            public const val DEFAULT_TOP_K: Int = 5
        }
    }

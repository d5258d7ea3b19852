package io.pocketlens.classifier

/** Which cores the runtime's threads are bound to. The order is that of the native core. */
public enum class Affinity {
    NONE,
    BIG_CORES_FIRST,
    LITTLE_CORES_FIRST,
}

/**
 * How much a label must show before it counts as sure. Every threshold t is moved on the scale of
 * odds: t / (1 − t) is multiplied by [oddsFactor], so the result always stays between 0 and 1. A
 * threshold of 0.5 becomes 0.67 when strict and 0.33 when lenient.
 */
public enum class Strictness(
    public val oddsFactor: Double,
) {
    STRICT(oddsFactor = 2.0),
    NORMAL(oddsFactor = 1.0),
    LENIENT(oddsFactor = 0.5),
}

/**
 * How a model is run. [threads] is 1 to 64; [fp16] lets the processor calculate with half precision
 * where it can, which is faster and changes scores a little.
 */
public data class ClassifierSettings
    @JvmOverloads
    constructor(
        val threads: Int = 2,
        val affinity: Affinity = Affinity.NONE,
        val fp16: Boolean = false,
        val strictness: Strictness = Strictness.NORMAL,
    )

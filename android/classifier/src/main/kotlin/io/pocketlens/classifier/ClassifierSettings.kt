package io.pocketlens.classifier

import java.io.File

/** Which cores the runtime's threads are bound to. The order is that of the native core. */
public enum class Affinity {
    NONE,
    BIG_CORES_FIRST,
    LITTLE_CORES_FIRST,
}

/** What a model is run by. The order is that of the native core. */
public enum class Device {
    CPU,

    /** OpenCL, where the phone has it. */
    GPU,

    /** A Kirin NPU, where the phone has one. */
    NPU,
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
 * How a model is run. [threads] is 1 to 64; [fp16] calculates with half precision, which is faster
 * and changes scores a little. Half precision and any [device] but the CPU are used only where the
 * package's reference picture gets the right answer from them, else the CPU runs the model in single
 * precision: see [ModelInfo.backend]. A driver that ends the process in this check would do so at
 * each start; a [trialFile], a path in the app's own storage, remembers it, so that there is one try.
 */
public data class ClassifierSettings
    @JvmOverloads
    constructor(
        val threads: Int = 2,
        val affinity: Affinity = Affinity.NONE,
        val fp16: Boolean = false,
        val strictness: Strictness = Strictness.NORMAL,
        val device: Device = Device.CPU,
        val trialFile: File? = null,
    )

package io.pocketlens.classifier

/**
 * What a package says of its model. [version] is the model's own, [runtimeVersion] that of the
 * runtime it was made for, [weights] names the weights' form (`float32`, `float16`, …) and
 * [parityTolerance] is the largest allowed difference of a raw output between desk and phone.
 * [languages] are those that label names exist in, besides English. [manifest] is `model.json`.
 */
public class ModelInfo(
    public val name: String,
    public val labels: List<Label>,
    public val title: String = name,
    public val version: String = "",
    public val runtimeVersion: String = "",
    public val weights: String = "",
    public val parityTolerance: Double = 0.0,
    public val languages: List<String> = emptyList(),
    public val manifest: String = "{}",
    /** What the model runs on; null where none has been opened, only looked at. */
    public val backend: Backend? = null,
)

/**
 * What a model runs on. [asked] is what [ClassifierSettings] asked for, such as `GPU float16`, and
 * [used] what runs: the same, or `CPU float32` and then [reason] says why. Anything but `CPU float32`
 * has been checked on the package's reference picture: [difference] is how far an output was off at
 * most, and [embeddingDifference] how far the vector that teaching compares by was, as a share of its
 * largest number; null where that was not checked.
 */
public data class Backend(
    val asked: String,
    val used: String,
    val difference: Double?,
    val reason: String,
    val embeddingDifference: Double? = null,
)

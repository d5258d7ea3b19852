package io.pocketlens.classifier

/**
 * What a package says of its model. [version] is the model's own, [runtimeVersion] that of the
 * runtime it was made for, [weights] names the weights' form (`float32`, `float16`, …) and
 * [parityTolerance] is the largest allowed difference of a raw output between desk and phone.
 * [languages] are those that label names exist in, besides English. [manifest] is `model.json`.
 */
public class ModelInfo internal constructor(
    public val name: String,
    public val title: String,
    public val version: String,
    public val runtimeVersion: String,
    public val weights: String,
    public val parityTolerance: Double,
    public val languages: List<String>,
    public val manifest: String,
    public val labels: List<Label>,
)

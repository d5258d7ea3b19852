package io.pocketlens.classifier.testing

import io.pocketlens.classifier.Label
import io.pocketlens.classifier.ModelInfo

/** Small models for a [FakeClassifier]. */
public object FakeModels {
    /** Animal, Mammal, Cat, Dog, Chair, each in its place. */
    @JvmStatic
    public fun animals(): ModelInfo =
        of(
            listOf("Animal", "Mammal", "Cat", "Dog", "Chair"),
            mapOf("Mammal" to "Animal", "Cat" to "Mammal", "Dog" to "Mammal"),
        )

    /**
     * A model with labels of these [names] in this order, all with a threshold of 0.5. [parents] leads
     * from a label's name to that of the one above it.
     */
    @JvmStatic
    @JvmOverloads
    public fun of(
        names: List<String>,
        parents: Map<String, String> = emptyMap(),
    ): ModelInfo {
        val places = names.withIndex().associate { (index, name) -> name to index }
        val labels =
            names.mapIndexed { index, name ->
                Label(
                    index = index,
                    mid = "fake/$index",
                    name = name,
                    parents = listOfNotNull(parents[name]).map(places::getValue),
                    children = parents.filterValues { it == name }.keys.map(places::getValue),
                )
            }
        return ModelInfo("fake", labels)
    }
}

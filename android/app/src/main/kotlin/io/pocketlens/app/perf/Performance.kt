package io.pocketlens.app.perf

import io.pocketlens.app.model.LoadedModel
import io.pocketlens.classifier.Classifier
import io.pocketlens.classifier.ModelInfo

/** What the performance sheet shows, and what its text says. */
data class Performance(
    val spreads: Map<Stage, Spread>,
    /** Pictures a second; null when too few were read. */
    val perSecond: Double?,
    val pictures: Int,
    val dropped: Long,
    val heat: Heat,
    val model: String,
    val weights: String,
    /** What runs the model, as "2.0.0, CPU float32". */
    val runtime: String,
    val threads: Int?,
    val fp16: Boolean,
) {
    companion object {
        fun of(
            clock: StageClock,
            nowMs: Long,
            dropped: Long,
            heat: Heat,
            model: LoadedModel?,
        ) = Performance(
            spreads = spreads(clock),
            perSecond = clock.perSecond(nowMs),
            pictures = clock.count,
            dropped = dropped,
            heat = heat,
            model = model?.info?.let { "${it.name} ${it.version}" }.orEmpty(),
            weights = model?.info?.weights.orEmpty(),
            runtime = model?.info?.let(::runsOn).orEmpty(),
            threads = model?.run?.threads,
            fp16 = model?.run?.fp16 ?: false,
        )

        /** The runtime in this app and what it uses; for a model that no runtime opened, what it was made for. */
        private fun runsOn(info: ModelInfo): String {
            val backend = info.backend ?: return info.runtimeVersion
            return "${Classifier.runtimeVersion().removePrefix("MindSpore Lite ")}, ${backend.used}"
        }

        /** Camera frames need no decoding: a stage that took nothing is left out. */
        private fun spreads(clock: StageClock): Map<Stage, Spread> {
            val measured = LinkedHashMap<Stage, Spread>()
            for (stage in Stage.entries) clock.spread(stage)?.let { if (it.p99 > 0) measured[stage] = it }
            return measured
        }
    }
}

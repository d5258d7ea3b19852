package io.pocketlens.app.perf

import io.pocketlens.app.engine.Loaded

/** What the performance sheet shows, and what its text says. */
class Performance(
    val spreads: Map<Stage, Spread>,
    /** Pictures a second; null when too few were read. */
    val perSecond: Double?,
    val pictures: Int,
    val dropped: Long,
    val heat: Heat,
    val model: String,
    val weights: String,
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
            loaded: Loaded?,
        ) = Performance(
            spreads = spreads(clock),
            perSecond = clock.perSecond(nowMs),
            pictures = clock.count,
            dropped = dropped,
            heat = heat,
            model = loaded?.model?.let { "${it.name} ${it.version}" }.orEmpty(),
            weights = loaded?.model?.weights.orEmpty(),
            runtime = loaded?.model?.runtimeVersion.orEmpty(),
            threads = loaded?.settings?.threads,
            fp16 = loaded?.settings?.fp16 ?: false,
        )

        /** Camera frames need no decoding: a stage that took nothing is left out. */
        private fun spreads(clock: StageClock): Map<Stage, Spread> {
            val measured = LinkedHashMap<Stage, Spread>()
            for (stage in Stage.values()) clock.spread(stage)?.let { if (it.p99 > 0) measured[stage] = it }
            return measured
        }
    }
}

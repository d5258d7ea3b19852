package io.pocketlens.app.ui

import io.pocketlens.app.R
import io.pocketlens.app.perf.Heat
import io.pocketlens.app.perf.Performance
import io.pocketlens.app.perf.Stage

/** The performance sheet's words. */
class PerformanceTexts(
    private val texts: Texts,
) {
    fun stage(stage: Stage): String =
        texts[
            when (stage) {
                Stage.DECODE -> R.string.stage_decode
                Stage.PREPROCESS -> R.string.stage_preprocess
                Stage.INFERENCE -> R.string.stage_inference
                Stage.SCORES -> R.string.stage_scores
                Stage.TOTAL -> R.string.stage_total
            },
        ]

    fun milliseconds(value: Double): String = texts.number(value, digits = if (value < TEN) 2 else 1)

    fun rate(measured: Performance): String {
        val rate = measured.perSecond
        return when {
            measured.pictures == 0 -> texts[R.string.performance_none]
            rate == null -> texts.of(R.string.performance_no_rate, measured.pictures, measured.dropped)
            else -> texts.of(R.string.performance_rate, texts.number(rate, 1), measured.pictures, measured.dropped)
        }
    }

    fun facts(measured: Performance): List<String> {
        val lines = arrayListOf(texts.of(R.string.performance_heat, heat(measured.heat)))
        if (measured.model.isNotEmpty()) {
            lines += texts.of(R.string.performance_model, measured.model, measured.weights)
            lines += texts.of(R.string.performance_runtime, measured.runtime)
        }
        val half = texts[if (measured.fp16) R.string.on else R.string.off]
        measured.threads?.let { lines += texts.of(R.string.performance_threads, it, half) }
        return lines
    }

    /** All of it as plain text, for a report. */
    fun plain(measured: Performance): String {
        val lines = arrayListOf("Pocketlens", rate(measured), "${texts[R.string.performance_head]}: p50 / p90 / p99")
        for ((stage, spread) in measured.spreads) {
            val figures = listOf(spread.p50, spread.p90, spread.p99).joinToString(" / ", transform = ::milliseconds)
            lines += "${stage(stage)}: $figures"
        }
        return (lines + facts(measured)).joinToString("\n")
    }

    private fun heat(heat: Heat): String =
        texts[
            when (heat) {
                Heat.UNKNOWN -> R.string.heat_unknown
                Heat.NONE -> R.string.heat_none
                Heat.LIGHT -> R.string.heat_light
                Heat.MODERATE -> R.string.heat_moderate
                Heat.SEVERE -> R.string.heat_severe
                Heat.CRITICAL -> R.string.heat_critical
            },
        ]

    private companion object {
        const val TEN = 10.0
    }
}

package io.pocketlens.app.ui

import io.pocketlens.app.R
import io.pocketlens.app.perf.Performance
import io.pocketlens.app.perf.Spread
import io.pocketlens.app.perf.Stage

/** The performance sheet's words. */
class PerformanceTexts(
    private val texts: Texts,
) {
    fun stage(stage: Stage): String = texts.one(R.array.stages, stage)

    /** p50, p90 and p99 in milliseconds. */
    fun figures(spread: Spread): Array<String> =
        arrayOf(milliseconds(spread.p50), milliseconds(spread.p90), milliseconds(spread.p99))

    private fun milliseconds(value: Double): String = texts.number(value, digits = if (value < TEN) 2 else 1)

    fun rate(measured: Performance): String {
        val rate = measured.perSecond
        return when {
            measured.pictures == 0 -> texts[R.string.performance_none]
            rate == null -> texts.of(R.string.performance_no_rate, measured.pictures, measured.dropped)
            else -> texts.of(R.string.performance_rate, texts.number(rate, 1), measured.pictures, measured.dropped)
        }
    }

    fun facts(measured: Performance): List<String> {
        val lines = ArrayList<String>()
        lines += texts.of(R.string.performance_heat, texts.one(R.array.heats, measured.heat))
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
        val lines = ArrayList<String>()
        lines += "Pocketlens"
        lines += rate(measured)
        lines += "${texts[R.string.performance_head]}: p50 / p90 / p99"
        for ((stage, spread) in measured.spreads) {
            lines += "${stage(stage)}: ${figures(spread).joinToString(" / ")}"
        }
        lines += facts(measured)
        return lines.joinToString("\n")
    }

    private companion object {
        const val TEN = 10.0
    }
}

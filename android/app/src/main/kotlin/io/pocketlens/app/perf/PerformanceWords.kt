package io.pocketlens.app.perf

import androidx.compose.runtime.Composable
import androidx.compose.ui.res.stringResource
import io.pocketlens.app.R
import io.pocketlens.app.ui.numbers

/** The performance sheet's words: [head] and [rows] are a table of stage, p50, p90 and p99. */
class PerformanceWords(
    val rate: String,
    val head: List<String>,
    val rows: List<List<String>>,
    val facts: List<String>,
) {
    /** All of it as plain text, for a report. */
    fun plain(): String {
        val table = (listOf(head) + rows).map { "${it.first()}: ${it.drop(1).joinToString(" / ")}" }
        return (listOf("Pocketlens", rate) + table + facts).joinToString("\n")
    }
}

@Composable
internal fun performanceWords(measured: Performance) =
    PerformanceWords(
        rate(measured),
        listOf(stringResource(R.string.performance_head), "p50", "p90", "p99"),
        measured.spreads.map { (stage, spread) ->
            listOf(stringResource(stage.says)) + listOf(spread.p50, spread.p90, spread.p99).map { milliseconds(it) }
        },
        facts(measured),
    )

@Composable
private fun milliseconds(value: Double): String = numbers().decimal(value, digits = if (value < 10) 2 else 1)

@Composable
private fun rate(measured: Performance): String {
    val rate = measured.perSecond
    return when {
        measured.pictures == 0 -> stringResource(R.string.performance_none)
        rate == null -> stringResource(R.string.performance_no_rate, measured.pictures, measured.dropped)
        else ->
            stringResource(R.string.performance_rate, numbers().decimal(rate, 1), measured.pictures, measured.dropped)
    }
}

@Composable
private fun facts(measured: Performance): List<String> {
    val lines = ArrayList<String>()
    lines += stringResource(R.string.performance_heat, stringResource(measured.heat.says))
    if (measured.model.isNotEmpty()) {
        lines += stringResource(R.string.performance_model, measured.model, measured.weights)
        lines += stringResource(R.string.performance_runtime, measured.runtime)
    }
    val half = stringResource(if (measured.fp16) R.string.on else R.string.off)
    measured.threads?.let { lines += stringResource(R.string.performance_threads, it, half) }
    return lines
}

private val Stage.says: Int
    get() =
        when (this) {
            Stage.DECODE -> R.string.stage_decode
            Stage.PREPROCESS -> R.string.stage_preprocess
            Stage.INFERENCE -> R.string.stage_inference
            Stage.SCORES -> R.string.stage_scores
            Stage.TOTAL -> R.string.stage_total
        }

private val Heat.says: Int
    get() =
        when (this) {
            Heat.UNKNOWN -> R.string.heat_unknown
            Heat.NONE -> R.string.heat_none
            Heat.LIGHT -> R.string.heat_light
            Heat.MODERATE -> R.string.heat_moderate
            Heat.SEVERE -> R.string.heat_severe
            Heat.CRITICAL -> R.string.heat_critical
        }

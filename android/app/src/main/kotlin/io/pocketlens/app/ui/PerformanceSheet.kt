package io.pocketlens.app.ui

import android.content.ClipData
import android.content.ClipboardManager
import android.content.Context
import android.view.LayoutInflater
import android.view.View
import android.view.ViewGroup
import android.widget.Button
import android.widget.TextView
import io.pocketlens.app.R
import io.pocketlens.app.screen.ScreenModel

/** What the model takes, kept up to date while it is open. */
class PerformanceSheet(
    context: Context,
    private val model: ScreenModel,
) : Sheet(context, R.layout.performance_sheet, context.getString(R.string.performance)) {
    private val words = PerformanceTexts(texts)
    private val table: ViewGroup = findViewById(R.id.performance_table)
    private val rate: TextView = findViewById(R.id.performance_rate)
    private val facts: TextView = findViewById(R.id.performance_facts)
    private val copy: Button = findViewById(R.id.performance_copy)
    private val tick = Runnable { update() }

    init {
        copy.setOnClickListener { copy() }
        setOnDismissListener { table.removeCallbacks(tick) }
        update()
    }

    private fun update() {
        val measured = model.performance()
        rate.text = words.rate(measured)
        facts.text = words.facts(measured).joinToString("\n")
        table.removeAllViews()
        if (measured.spreads.isNotEmpty()) table.addView(head())
        for ((stage, spread) in measured.spreads) table.addView(row(words.stage(stage), words.figures(spread)))
        table.postDelayed(tick, UPDATE_MS)
    }

    private fun head(): View =
        row(texts[R.string.performance_head], arrayOf("p50", "p90", "p99")).apply {
            for (id in CELLS) findViewById<TextView>(id).setTextAppearance(R.style.Text_Soft)
        }

    private fun row(
        name: String,
        figures: Array<String>,
    ): View =
        LayoutInflater.from(context).inflate(R.layout.performance_row, table, false).apply {
            findViewById<TextView>(CELLS[0]).text = name
            for (i in figures.indices) findViewById<TextView>(CELLS[i + 1]).text = figures[i]
        }

    private fun copy() {
        val clipboard = context.getSystemService(ClipboardManager::class.java) ?: return
        clipboard.setPrimaryClip(ClipData.newPlainText(texts[R.string.performance], words.plain(model.performance())))
        copy.setText(R.string.copied)
    }

    private companion object {
        const val UPDATE_MS = 500L
        val CELLS = intArrayOf(R.id.stage, R.id.p50, R.id.p90, R.id.p99)
    }
}

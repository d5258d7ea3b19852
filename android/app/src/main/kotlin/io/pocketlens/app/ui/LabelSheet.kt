package io.pocketlens.app.ui

import android.content.Context
import android.view.View
import android.view.ViewGroup
import android.widget.TextView
import io.pocketlens.app.R
import io.pocketlens.app.screen.LabelDetail
import io.pocketlens.classifier.Label
import io.pocketlens.classifier.ThresholdStatus
import kotlin.math.roundToInt

/** One label: where it belongs, how sure the model is, and how far that can be trusted. */
class LabelSheet(
    context: Context,
    detail: LabelDetail,
) : Sheet(context, R.layout.label_sheet, detail.name) {
    init {
        set(R.id.label_name, detail.name)
        set(R.id.label_mid, detail.label.mid)
        paths(detail)
        children(detail)
        score(detail)
        set(R.id.label_figures, figures(detail.label, detail.name))
    }

    private fun paths(detail: LabelDetail) {
        val list: ViewGroup = findViewById(R.id.label_paths)
        val ways = detail.paths.filter { it.size > 1 }
        if (ways.isEmpty()) list.addView(line(texts[R.string.label_no_parents]))
        for (way in ways) list.addView(line(way.joinToString(texts[R.string.path_separator])))
    }

    private fun line(says: String) =
        TextView(context, null, 0, R.style.Text).apply {
            text = says
            setPadding(0, resources.getDimensionPixelSize(R.dimen.bar_height) / 2, 0, 0)
        }

    private fun children(detail: LabelDetail) {
        val view: View = findViewById(R.id.label_children)
        view.shown(detail.children.isNotEmpty())
        set(R.id.label_children, texts.of(R.string.label_includes, shortList(detail.children)))
    }

    private fun shortList(names: List<String>): String {
        val first = names.take(CHILDREN_SHOWN).joinToString()
        return if (names.size > CHILDREN_SHOWN) "$first …" else first
    }

    private fun score(detail: LabelDetail) {
        val threshold = texts.finely(detail.label.threshold)
        val scored = detail.scored
        findViewById<ScoreBar>(R.id.label_bar).show(scored?.score ?: 0f, scored?.isSure ?: false)
        if (scored == null) {
            set(R.id.label_score, texts[R.string.label_score_none])
            set(R.id.label_threshold, texts.of(R.string.label_threshold, threshold))
        } else {
            set(R.id.label_score, texts.of(R.string.label_score, texts.percent(scored.score)))
            set(R.id.label_threshold, texts.of(R.string.label_probability, texts.finely(scored.probability), threshold))
        }
    }

    private fun figures(
        label: Label,
        name: String,
    ): String {
        val lines = ArrayList<String>()
        label.precision?.let { lines += texts.of(R.string.label_precision, name, inHundred(it)) }
        label.recall?.let { lines += texts.of(R.string.label_recall, inHundred(it)) }
        label.support?.let { lines += texts.of(R.string.label_support, it) }
        when (label.status) {
            ThresholdStatus.POOLED -> lines += texts[R.string.label_pooled]
            ThresholdStatus.DEFAULT -> lines += texts[R.string.label_unmeasured]
            ThresholdStatus.SILENT -> lines += texts[R.string.label_silent]
            ThresholdStatus.CALIBRATED -> Unit
        }
        return lines.joinToString("\n")
    }

    private fun inHundred(share: Float) = (share * 100).roundToInt()

    private fun set(
        view: Int,
        says: String,
    ) {
        findViewById<TextView>(view).text = says
    }

    private companion object {
        const val CHILDREN_SHOWN = 12
    }
}

package io.pocketlens.app.ui

import android.graphics.Typeface
import android.view.LayoutInflater
import android.view.View
import android.view.accessibility.AccessibilityNodeInfo
import android.widget.LinearLayout
import android.widget.TextView
import io.pocketlens.app.R
import io.pocketlens.app.screen.Answer
import io.pocketlens.app.screen.Row

/** Shows an [Answer] under the picture. Its rows stay where they are while only numbers change. */
class AnswerPanel(
    root: View,
    private val texts: Texts,
    private val actions: LensActions,
) : View.OnClickListener {
    private val head: View = root.findViewById(R.id.answer_head)
    private val path: TextView = root.findViewById(R.id.path)
    private val headline: TextView = root.findViewById(R.id.headline)
    private val badge: View = root.findViewById(R.id.unsure_badge)
    private val rows: LinearLayout = root.findViewById(R.id.rows)

    init {
        // One line of the largest size: the panel keeps its height when a longer name is set smaller.
        val line = headline.paint.apply { textSize = headline.autoSizeMaxTextSize.toFloat() }.fontSpacing
        headline.layoutParams.height = (line * HEADLINE_ROOM).toInt()
    }

    fun show(
        answer: Answer,
        reading: Boolean,
    ) = when (answer) {
        is Answer.Preparing -> wait(texts[R.string.preparing], texts[R.string.preparing_note])
        is Answer.Looking ->
            if (reading) {
                wait(texts[R.string.reading_photo], "")
            } else {
                wait(texts[R.string.looking], texts[R.string.looking_note])
            }
        is Answer.Unsure -> {
            head(texts[R.string.not_sure], texts[R.string.not_sure_note], quiet = true, label = null)
            badge.shown(true)
            list(answer.rows, headline = null)
        }
        is Answer.Sure -> {
            val way = answer.path.joinToString(texts[R.string.path_separator])
            head(answer.headline.name, way, quiet = false, label = answer.headline.index)
            list(answer.rows, answer.headline.index)
        }
    }

    /** Rows for [count] labels before the first answer, so that the panel has its height at once. */
    fun reserve(count: Int) {
        while (rows.childCount < count) rows.addView(newRow().also { blank(it) })
    }

    private fun wait(
        title: String,
        note: String,
    ) {
        head(title, note, quiet = true, label = null)
        for (i in 0 until rows.childCount) blank(rows.getChildAt(i))
    }

    private fun head(
        title: String,
        note: String,
        quiet: Boolean,
        label: Int?,
    ) {
        badge.shown(false)
        headline.setIfNew(title)
        path.setIfNew(note.ifEmpty { " " })
        headline.setTextColor(headline.context.getColor(if (quiet) R.color.text_soft else R.color.text))
        tappable(head, label)
    }

    private fun list(
        labels: List<Row>,
        headline: Int?,
    ) {
        while (rows.childCount < labels.size) rows.addView(newRow())
        while (rows.childCount > labels.size) rows.removeViewAt(rows.childCount - 1)
        for (i in labels.indices) bind(rows.getChildAt(i), labels[i], labels[i].index == headline)
    }

    private fun newRow(): View =
        LayoutInflater.from(rows.context).inflate(R.layout.row, rows, false).apply {
            accessibilityDelegate = DetailAction(texts[R.string.show_label])
        }

    private fun bind(
        view: View,
        row: Row,
        isHeadline: Boolean,
    ) {
        val percent = texts.percent(row.score)
        val name: TextView = view.findViewById(R.id.row_name)
        name.setIfNew(row.name)
        name.typeface = if (isHeadline) MEDIUM else Typeface.DEFAULT
        view.findViewById<TextView>(R.id.row_score).setIfNew(percent)
        view.findViewById<ScoreBar>(R.id.row_bar).show(row.score, row.sure)
        view.contentDescription = texts.of(if (row.sure) R.string.row_sure else R.string.row_unsure, row.name, percent)
        tappable(view, row.index)
    }

    private fun blank(view: View) {
        view.findViewById<TextView>(R.id.row_name).text = ""
        view.findViewById<TextView>(R.id.row_score).text = ""
        view.findViewById<ScoreBar>(R.id.row_bar).show(0f, false)
        view.contentDescription = null
        tappable(view, null)
    }

    /** Lets a tap on [view] open [label], if there is one. */
    private fun tappable(
        view: View,
        label: Int?,
    ) {
        view.tag = label
        view.setOnClickListener(if (label == null) null else this)
        view.isClickable = label != null
    }

    override fun onClick(view: View) = actions.openLabel(view.tag as Int)

    private companion object {
        const val HEADLINE_ROOM = 1.15f
        val MEDIUM: Typeface = Typeface.create("sans-serif-medium", Typeface.NORMAL)
    }
}

/** Sets the text only when it changes, so that nothing is laid out or announced for nothing. */
internal fun TextView.setIfNew(next: String) {
    if (text.toString() != next) text = next
}

/** Says what a double tap on a row does. */
private class DetailAction(
    private val says: String,
) : View.AccessibilityDelegate() {
    override fun onInitializeAccessibilityNodeInfo(
        host: View,
        info: AccessibilityNodeInfo,
    ) {
        super.onInitializeAccessibilityNodeInfo(host, info)
        if (!host.isClickable) return
        info.addAction(AccessibilityNodeInfo.AccessibilityAction(AccessibilityNodeInfo.ACTION_CLICK, says))
    }
}

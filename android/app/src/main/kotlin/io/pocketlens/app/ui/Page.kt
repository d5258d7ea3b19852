package io.pocketlens.app.ui

import android.content.res.ColorStateList
import android.view.View
import android.widget.Button
import android.widget.ImageView
import android.widget.TextView
import io.pocketlens.app.R
import io.pocketlens.classifier.ErrorCode

/** A way on from a page. */
class Way(
    val text: Int,
    val go: () -> Unit,
)

/** A full page that says one thing: a question, a failure, a result. */
class PageContent(
    val icon: Int,
    val title: String,
    val text: String,
    val ways: List<Way> = emptyList(),
    val isError: Boolean = false,
    val code: ErrorCode? = null,
    /** What exactly was found, from the library. */
    val message: String = "",
    val busy: Boolean = false,
)

/** Shows [PageContent] in the views of `page.xml`. */
class Page(
    private val root: View,
) {
    private val icon: ImageView = root.findViewById(R.id.page_icon)
    private val title: TextView = root.findViewById(R.id.page_title)
    private val text: TextView = root.findViewById(R.id.page_text)
    private val detail: View = root.findViewById(R.id.page_detail)
    private val code: TextView = root.findViewById(R.id.page_code)
    private val message: TextView = root.findViewById(R.id.page_message)
    private val progress: View = root.findViewById(R.id.page_progress)
    private val buttons: List<Button> =
        listOf(
            root.findViewById(R.id.page_first),
            root.findViewById(R.id.page_second),
            root.findViewById(R.id.page_third),
        )

    fun hide() {
        root.visibility = View.GONE
    }

    fun show(content: PageContent) {
        root.visibility = View.VISIBLE
        badge(content)
        if (title.text.toString() != content.title) {
            title.text = content.title
            root.announceTitle(content.title)
        }
        text.text = content.text
        detail.shown(content.code != null)
        code.text = content.code?.key
        message.text = content.message
        message.shown(content.message.isNotEmpty())
        progress.shown(content.busy)
        buttons.forEachIndexed { i, button -> bind(button, content.ways.getOrNull(i)) }
    }

    private fun badge(content: PageContent) {
        icon.setImageResource(content.icon)
        icon.setBackgroundResource(if (content.isError) R.drawable.badge_error else R.drawable.badge_plain)
        val tint = if (content.isError) R.color.on_error_soft else R.color.on_accent_soft
        icon.imageTintList = ColorStateList.valueOf(root.context.getColor(tint))
    }

    private fun bind(
        button: Button,
        way: Way?,
    ) {
        button.shown(way != null)
        if (way == null) return
        button.setText(way.text)
        button.setOnClickListener { way.go() }
    }

    private fun View.announceTitle(says: String) {
        accessibilityPaneTitleIfPossible(says)
    }
}

/** Visible, or gone. */
internal fun View.shown(yes: Boolean) {
    visibility = if (yes) View.VISIBLE else View.GONE
}

package io.pocketlens.app.ui

import android.content.res.ColorStateList
import android.view.View
import android.widget.Button
import android.widget.ImageView
import android.widget.TextView
import io.pocketlens.app.R
import io.pocketlens.classifier.ErrorCode

/** A full page that says one thing: a question, a failure, a result. */
class PageContent(
    val icon: Int,
    val title: String,
    val text: String,
    /** The texts of the ways on, at most three. */
    val ways: IntArray = IntArray(0),
    val isError: Boolean = false,
    val code: ErrorCode? = null,
    /** What exactly was found, from the library. */
    val message: String = "",
    val busy: Boolean = false,
)

/** Takes a way on from a page, named by its text. */
fun interface WayTaker {
    fun take(way: Int)
}

/** Shows [PageContent] in the views of `page.xml`. */
class Page(
    private val root: View,
    private val taker: WayTaker,
) : View.OnClickListener {
    private val icon: ImageView = root.findViewById(R.id.page_icon)
    private val title: TextView = root.findViewById(R.id.page_title)
    private val text: TextView = root.findViewById(R.id.page_text)
    private val detail: View = root.findViewById(R.id.page_detail)
    private val code: TextView = root.findViewById(R.id.page_code)
    private val message: TextView = root.findViewById(R.id.page_message)
    private val progress: View = root.findViewById(R.id.page_progress)
    private val buttons = intArrayOf(R.id.page_first, R.id.page_second, R.id.page_third)

    fun hide() {
        root.visibility = View.GONE
    }

    fun show(content: PageContent) {
        root.visibility = View.VISIBLE
        badge(content)
        if (title.text.toString() != content.title) {
            title.text = content.title
            root.accessibilityPaneTitleIfPossible(content.title)
        }
        text.text = content.text
        detail.shown(content.code != null)
        code.text = content.code?.key
        message.text = content.message
        message.shown(content.message.isNotEmpty())
        progress.shown(content.busy)
        for (i in buttons.indices) bind(root.findViewById(buttons[i]), content.ways, i)
    }

    private fun badge(content: PageContent) {
        icon.setImageResource(content.icon)
        icon.setBackgroundResource(if (content.isError) R.drawable.badge_error else R.drawable.badge_plain)
        val tint = if (content.isError) R.color.on_error_soft else R.color.on_accent_soft
        icon.imageTintList = ColorStateList.valueOf(root.context.getColor(tint))
    }

    private fun bind(
        button: Button,
        ways: IntArray,
        place: Int,
    ) {
        button.shown(place < ways.size)
        if (place >= ways.size) return
        button.setText(ways[place])
        button.tag = ways[place]
        button.setOnClickListener(this)
    }

    override fun onClick(button: View) = taker.take(button.tag as Int)
}

/** Visible, or gone. */
internal fun View.shown(yes: Boolean) {
    visibility = if (yes) View.VISIBLE else View.GONE
}

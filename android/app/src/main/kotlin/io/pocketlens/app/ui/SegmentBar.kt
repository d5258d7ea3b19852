package io.pocketlens.app.ui

import android.content.Context
import android.util.AttributeSet
import android.view.Gravity
import android.view.View
import android.view.accessibility.AccessibilityNodeInfo
import android.widget.LinearLayout
import android.widget.RadioButton
import android.widget.TextView
import io.pocketlens.app.R

/** A few choices side by side, one of them chosen. For TalkBack each is a radio button. */
class SegmentBar(
    context: Context,
    attributes: AttributeSet?,
) : LinearLayout(context, attributes),
    View.OnClickListener {
    /** Hears which option was tapped. */
    fun interface Listener {
        fun onPick(
            bar: SegmentBar,
            place: Int,
        )
    }

    private var listener: Listener? = null

    /** Offers [options]; [listener] hears the place of the one that is tapped. */
    fun offer(
        options: List<String>,
        listener: Listener,
    ) {
        removeAllViews()
        this.listener = listener
        for (option in options) addView(segment(option))
    }

    /** Shows which option is chosen. */
    fun choose(place: Int) {
        for (i in 0 until childCount) getChildAt(i).isSelected = i == place
    }

    override fun onClick(segment: View) {
        listener?.onPick(this, indexOfChild(segment))
    }

    private fun segment(option: String): View =
        TextView(context, null, 0, R.style.Text).apply {
            text = option
            gravity = Gravity.CENTER
            textAlignment = TEXT_ALIGNMENT_CENTER
            minHeight = resources.getDimensionPixelSize(R.dimen.touch)
            layoutParams = LayoutParams(0, LayoutParams.MATCH_PARENT, 1f)
            setTextColor(context.getColorStateList(R.color.segment_text))
            setBackgroundResource(R.drawable.segment)
            setOnClickListener(this@SegmentBar)
            accessibilityDelegate = RadioDelegate
        }

    private object RadioDelegate : AccessibilityDelegate() {
        override fun onInitializeAccessibilityNodeInfo(
            host: View,
            info: AccessibilityNodeInfo,
        ) {
            super.onInitializeAccessibilityNodeInfo(host, info)
            info.className = RadioButton::class.java.name
            info.isCheckable = true
            info.isChecked = host.isSelected
        }
    }
}

package io.pocketlens.app.ui

import android.content.Context
import android.graphics.Canvas
import android.graphics.Path
import android.util.AttributeSet
import android.util.TypedValue
import android.widget.FrameLayout
import android.widget.LinearLayout
import io.pocketlens.app.R

/** The camera's picture and what lies on it, cut to rounded corners. */
class LensFrame(
    context: Context,
    attributes: AttributeSet?,
) : FrameLayout(context, attributes) {
    private val corner = resources.getDimension(R.dimen.lens_corner)
    private val outline = Path()

    override fun onSizeChanged(
        width: Int,
        height: Int,
        oldWidth: Int,
        oldHeight: Int,
    ) {
        super.onSizeChanged(width, height, oldWidth, oldHeight)
        outline.reset()
        outline.addRoundRect(0f, 0f, width.toFloat(), height.toFloat(), corner, corner, Path.Direction.CW)
    }

    override fun draw(canvas: Canvas) {
        canvas.save()
        canvas.clipPath(outline)
        super.draw(canvas)
        canvas.restore()
    }
}

/** A column of text that does not grow wider than it can be read. */
class ColumnLayout(
    context: Context,
    attributes: AttributeSet?,
) : LinearLayout(context, attributes) {
    private val widest = resources.getDimensionPixelSize(R.dimen.column)

    override fun onMeasure(
        widthSpec: Int,
        heightSpec: Int,
    ) {
        val width = MeasureSpec.getSize(widthSpec).coerceAtMost(widest)
        super.onMeasure(MeasureSpec.makeMeasureSpec(width, MeasureSpec.getMode(widthSpec)), heightSpec)
    }
}

/**
 * The answers under the picture. Takes the height they need, but no more than its share of the
 * screen, so that the picture keeps its place; what is too much can be scrolled.
 */
class PanelLayout(
    context: Context,
    attributes: AttributeSet?,
) : LinearLayout(context, attributes) {
    private val share = TypedValue().also { resources.getValue(R.dimen.panel_share, it, true) }.float

    override fun onMeasure(
        widthSpec: Int,
        heightSpec: Int,
    ) {
        if (MeasureSpec.getMode(heightSpec) == MeasureSpec.EXACTLY) return super.onMeasure(widthSpec, heightSpec)
        val most = (rootView.height.takeIf { it > 0 } ?: resources.displayMetrics.heightPixels) * share
        val spec = MeasureSpec.makeMeasureSpec(most.toInt(), MeasureSpec.AT_MOST)
        super.onMeasure(widthSpec, spec)
    }
}

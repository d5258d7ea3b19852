package io.pocketlens.app.ui

import android.content.Context
import android.graphics.Canvas
import android.graphics.Paint
import android.util.AttributeSet
import android.view.View
import io.pocketlens.app.R

/** A score as a bar with a tick in its middle, where "sure" begins. Silent for TalkBack: the text says it. */
class ScoreBar(
    context: Context,
    attributes: AttributeSet?,
) : View(context, attributes) {
    private val track = paint(R.color.track)
    private val sureFill = paint(R.color.fill)
    private val unsureFill = paint(R.color.fill_unsure)
    private val tick = paint(R.color.tick)
    private val tickWidth = resources.displayMetrics.density * TICK_DP
    private var score = 0f
    private var sure = false

    init {
        importantForAccessibility = IMPORTANT_FOR_ACCESSIBILITY_NO
    }

    /** [value] is 0..1. */
    fun show(
        value: Float,
        isSure: Boolean,
    ) {
        if (value == score && isSure == sure) return
        score = value
        sure = isSure
        invalidate()
    }

    override fun onDraw(canvas: Canvas) {
        val right = layoutDirection == LAYOUT_DIRECTION_RTL
        if (right) canvas.scale(-1f, 1f, width / 2f, height / 2f)
        bar(canvas, width.toFloat(), track)
        if (score > 0f) bar(canvas, maxOf(height.toFloat(), width * score), if (sure) sureFill else unsureFill)
        if (score < TICK_AT) {
            val middle = width * TICK_AT
            canvas.drawRect(middle - tickWidth / 2, 0f, middle + tickWidth / 2, height.toFloat(), tick)
        }
    }

    private fun bar(
        canvas: Canvas,
        length: Float,
        paint: Paint,
    ) = canvas.drawRoundRect(0f, 0f, length, height.toFloat(), height / 2f, height / 2f, paint)

    private fun paint(color: Int) = Paint(Paint.ANTI_ALIAS_FLAG).apply { this.color = context.getColor(color) }

    private companion object {
        const val TICK_AT = 0.5f
        const val TICK_DP = 1.5f
    }
}

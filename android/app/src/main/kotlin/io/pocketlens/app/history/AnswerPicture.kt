package io.pocketlens.app.history

import android.graphics.Bitmap
import android.graphics.Canvas
import android.graphics.Paint
import android.graphics.Rect
import android.text.TextPaint
import android.text.TextUtils

/** Draws a picture with what it shows below it, to be shared and kept. */
class AnswerPicture(
    private val picture: Bitmap,
    private val words: AnswerWords,
) {
    private val width = SIDE
    private val scale = width.toFloat() / picture.width
    private val pictureHeight = (picture.height * scale).toInt().coerceIn(1, 2 * SIDE)
    private val textHeight = TITLE + (if (words.below.isEmpty()) 0 else LINE) + words.rows.size * ROW + MARGIN.toInt()
    private val height = pictureHeight + textHeight
    private val bitmap = Bitmap.createBitmap(width, height, Bitmap.Config.ARGB_8888)
    private val canvas = Canvas(bitmap)
    private var y = pictureHeight.toFloat()

    fun draw(): Bitmap {
        canvas.drawColor(PAPER)
        canvas.drawBitmap(picture, null, Rect(0, 0, width, pictureHeight), Paint(Paint.FILTER_BITMAP_FLAG))
        y += TITLE
        text(words.title, TITLE_SIZE, INK, bold = true)
        if (words.below.isNotEmpty()) {
            y += LINE
            text(words.below, TEXT_SIZE, SOFT)
        }
        for (row in words.rows) row(row)
        return bitmap
    }

    private fun row(row: AnswerWords.Row) {
        y += ROW
        text(row.name, TEXT_SIZE, INK)
        val pen = pen(TEXT_SIZE, INK).apply { textAlign = Paint.Align.RIGHT }
        canvas.drawText(row.percent, width - MARGIN, y - BAR_SPACE, pen)
        bar(1f, TRACK)
        bar(row.score, if (row.sure) SURE else UNSURE)
    }

    private fun bar(
        share: Float,
        color: Int,
    ) {
        val end = MARGIN + (width - 2 * MARGIN) * share
        val paint = Paint(Paint.ANTI_ALIAS_FLAG).apply { this.color = color }
        canvas.drawRoundRect(MARGIN, y - BAR_SPACE + GAP, end, y - BAR_SPACE + GAP + BAR, BAR / 2, BAR / 2, paint)
    }

    private fun text(
        says: String,
        size: Float,
        color: Int,
        bold: Boolean = false,
    ) {
        val pen = pen(size, color).apply { isFakeBoldText = bold }
        val room = width - 2 * MARGIN - (if (bold) 0f else PERCENT_ROOM)
        val fitting = TextUtils.ellipsize(says, pen, room, TextUtils.TruncateAt.END).toString()
        canvas.drawText(fitting, MARGIN, y - BAR_SPACE, pen)
    }

    private fun pen(
        size: Float,
        color: Int,
    ) = TextPaint(Paint.ANTI_ALIAS_FLAG).apply {
        textSize = size
        this.color = color
    }

    private companion object {
        const val SIDE = 1080
        const val MARGIN = 48f
        const val TITLE = 108
        const val LINE = 56
        const val ROW = 84
        const val TITLE_SIZE = 64f
        const val TEXT_SIZE = 38f
        const val PERCENT_ROOM = 140f
        const val BAR_SPACE = 22f
        const val BAR = 14f
        const val GAP = 14f
        const val PAPER = 0xFFF4F7F5.toInt()
        const val INK = 0xFF14201C.toInt()
        const val SOFT = 0xFF4A5954.toInt()
        const val TRACK = 0xFFDFE8E4.toInt()
        const val SURE = 0xFF0B6B5D.toInt()
        const val UNSURE = 0xFF6A7A74.toInt()
    }
}

package io.pocketlens.app.ui

import android.content.res.Resources
import io.pocketlens.app.R
import io.pocketlens.classifier.ErrorCode
import java.text.NumberFormat
import java.util.Locale

/** Words and numbers in the user's language. */
class Texts(
    private val resources: Resources,
) {
    private val locale: Locale = resources.configuration.locales[0]
    private val wholePercent = NumberFormat.getPercentInstance(locale)
    private val finePercent = NumberFormat.getPercentInstance(locale).apply { maximumFractionDigits = 1 }

    operator fun get(text: Int): String = resources.getString(text)

    fun of(
        text: Int,
        vararg values: Any,
    ): String = resources.getString(text, *values)

    /** 0.924 as "92 %", or as the language writes it. */
    fun percent(share: Float): String = wholePercent.format(share.toDouble())

    /** With one digit after the point. */
    fun finely(share: Float): String = finePercent.format(share.toDouble())

    fun number(
        value: Double,
        digits: Int,
    ): String = String.format(locale, "%.${digits}f", value)

    /** One sentence for a named error. */
    fun error(code: ErrorCode): String = one(R.array.errors, code)

    /** The text for [value] from [array], which has one for each value of its enum, in their order. */
    fun one(
        array: Int,
        value: Enum<*>,
    ): String = resources.getStringArray(array)[value.ordinal]
}

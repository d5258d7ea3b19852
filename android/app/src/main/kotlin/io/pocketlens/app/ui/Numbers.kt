package io.pocketlens.app.ui

import androidx.compose.runtime.Composable
import androidx.compose.runtime.remember
import androidx.compose.ui.platform.LocalConfiguration
import java.text.NumberFormat
import java.util.Locale

/** Numbers as the language writes them. */
class Numbers(
    private val locale: Locale,
) {
    private val whole = NumberFormat.getPercentInstance(locale)
    private val fine = NumberFormat.getPercentInstance(locale).apply { maximumFractionDigits = 1 }

    /** 0.924 as "92%". */
    fun percent(share: Float): String = whole.format(share.toDouble())

    /** With one digit after the point. */
    fun finely(share: Float): String = fine.format(share.toDouble())

    fun decimal(
        value: Double,
        digits: Int,
    ): String = String.format(locale, "%.${digits}f", value)
}

/** The numbers of the language that is shown. */
@Composable
fun numbers(): Numbers {
    val locale = LocalConfiguration.current.locales[0]
    return remember(locale) { Numbers(locale) }
}

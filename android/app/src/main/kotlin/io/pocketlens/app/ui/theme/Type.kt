package io.pocketlens.app.ui.theme

import androidx.compose.material3.Typography
import androidx.compose.ui.text.font.FontWeight

private val plain = Typography()

/** Material's type scale; the headline of an answer and page titles stand out a little more. */
internal val AppTypography =
    plain.copy(
        headlineLarge = plain.headlineLarge.copy(fontWeight = FontWeight.Medium),
        headlineSmall = plain.headlineSmall.copy(fontWeight = FontWeight.Medium),
        titleSmall = plain.titleSmall.copy(fontWeight = FontWeight.Medium),
    )

package io.pocketlens.app.ui.theme

import androidx.compose.material3.darkColorScheme
import androidx.compose.material3.lightColorScheme
import androidx.compose.ui.graphics.Color

/** Over the camera's picture, the same by day and night. */
object LensColors {
    val background = Color(0xFF10161A)
    val glass = Color(0xB3101614)
    val content = Color.White
}

internal val LightColors =
    lightColorScheme(
        primary = Color(0xFF0B6B5D),
        onPrimary = Color.White,
        primaryContainer = Color(0xFFCDEBE3),
        onPrimaryContainer = Color(0xFF053D34),
        secondary = Color(0xFF48635C),
        onSecondary = Color.White,
        secondaryContainer = Color(0xFFD5E6E0),
        onSecondaryContainer = Color(0xFF14201C),
        tertiary = Color(0xFF7A5900),
        onTertiary = Color.White,
        tertiaryContainer = Color(0xFFFBEBC8),
        onTertiaryContainer = Color(0xFF5E4200),
        error = Color(0xFF9C2B22),
        onError = Color.White,
        errorContainer = Color(0xFFF8DEDB),
        onErrorContainer = Color(0xFF7A1C15),
        background = Color(0xFFF4F7F5),
        onBackground = Color(0xFF14201C),
        surface = Color(0xFFF4F7F5),
        onSurface = Color(0xFF14201C),
        surfaceVariant = Color(0xFFDFE8E4),
        onSurfaceVariant = Color(0xFF4A5954),
        surfaceBright = Color(0xFFF4F7F5),
        surfaceDim = Color(0xFFD4DBD8),
        surfaceContainerLowest = Color.White,
        surfaceContainerLow = Color.White,
        surfaceContainer = Color(0xFFECF1EE),
        surfaceContainerHigh = Color(0xFFE6EDEA),
        surfaceContainerHighest = Color(0xFFDFE8E4),
        outline = Color(0xFF6A7A74),
        outlineVariant = Color(0xFFC9D3CF),
        inverseSurface = Color(0xFF29332F),
        inverseOnSurface = Color(0xFFEAF1EE),
        inversePrimary = Color(0xFF74D9C3),
    )

internal val DarkColors =
    darkColorScheme(
        primary = Color(0xFF74D9C3),
        onPrimary = Color(0xFF00382F),
        primaryContainer = Color(0xFF12463D),
        onPrimaryContainer = Color(0xFFC4F1E6),
        secondary = Color(0xFFB1CCC4),
        onSecondary = Color(0xFF1D352F),
        secondaryContainer = Color(0xFF2A3B36),
        onSecondaryContainer = Color(0xFFD8E8E2),
        tertiary = Color(0xFFF0C970),
        onTertiary = Color(0xFF3F2E00),
        tertiaryContainer = Color(0xFF4A3A12),
        onTertiaryContainer = Color(0xFFFBE3AE),
        error = Color(0xFFFFB4AA),
        onError = Color(0xFF5F140F),
        errorContainer = Color(0xFF55201B),
        onErrorContainer = Color(0xFFFFDAD5),
        background = Color(0xFF0E1513),
        onBackground = Color(0xFFE3ECE8),
        surface = Color(0xFF0E1513),
        onSurface = Color(0xFFE3ECE8),
        surfaceVariant = Color(0xFF26302D),
        onSurfaceVariant = Color(0xFFA9B8B2),
        surfaceBright = Color(0xFF343E3A),
        surfaceDim = Color(0xFF0E1513),
        surfaceContainerLowest = Color(0xFF0A100E),
        surfaceContainerLow = Color(0xFF171F1C),
        surfaceContainer = Color(0xFF1B2421),
        surfaceContainerHigh = Color(0xFF202A26),
        surfaceContainerHighest = Color(0xFF26302D),
        outline = Color(0xFF82938D),
        outlineVariant = Color(0xFF36423E),
        inverseSurface = Color(0xFFE3ECE8),
        inverseOnSurface = Color(0xFF29332F),
        inversePrimary = Color(0xFF0B6B5D),
    )

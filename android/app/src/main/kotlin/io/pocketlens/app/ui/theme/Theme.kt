package io.pocketlens.app.ui.theme

import android.os.Build
import androidx.annotation.RequiresApi
import androidx.compose.foundation.isSystemInDarkTheme
import androidx.compose.material3.ColorScheme
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.Surface
import androidx.compose.material3.dynamicDarkColorScheme
import androidx.compose.material3.dynamicLightColorScheme
import androidx.compose.runtime.Composable
import androidx.compose.ui.platform.LocalContext

/** Material 3 with the phone's own colours where it has some (Android 12 on), else the app's. */
@Composable
fun AppTheme(
    dark: Boolean = isSystemInDarkTheme(),
    ownColors: Boolean = Build.VERSION.SDK_INT >= Build.VERSION_CODES.S,
    content: @Composable () -> Unit,
) {
    val colors =
        when {
            ownColors && Build.VERSION.SDK_INT >= Build.VERSION_CODES.S -> phoneColors(dark)
            dark -> DarkColors
            else -> LightColors
        }
    MaterialTheme(colorScheme = colors, typography = AppTypography) {
        Surface(color = colors.background, contentColor = colors.onBackground, content = content)
    }
}

@RequiresApi(Build.VERSION_CODES.S)
@Composable
private fun phoneColors(dark: Boolean): ColorScheme =
    if (dark) dynamicDarkColorScheme(LocalContext.current) else dynamicLightColorScheme(LocalContext.current)

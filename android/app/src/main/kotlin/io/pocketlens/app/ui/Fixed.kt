package io.pocketlens.app.ui

import androidx.compose.foundation.layout.height
import androidx.compose.runtime.Composable
import androidx.compose.ui.Modifier
import androidx.compose.ui.platform.LocalDensity
import androidx.compose.ui.text.TextStyle
import androidx.compose.ui.unit.Dp

/**
 * The height of one line of [style], whatever script stands in it and however large the user has set
 * it: from Android 14 on large letters grow less than small ones, and their line by the same factor.
 */
@Composable
fun lineOf(style: TextStyle): Dp =
    with(LocalDensity.current) { style.fontSize.toDp() * (style.lineHeight.value / style.fontSize.value) }

/** As high as one line of [style]. */
@Composable
fun Modifier.oneLine(style: TextStyle): Modifier = height(lineOf(style))

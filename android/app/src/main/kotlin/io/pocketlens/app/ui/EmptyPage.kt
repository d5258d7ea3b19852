package io.pocketlens.app.ui

import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.foundation.layout.padding
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.text.style.TextAlign
import androidx.compose.ui.unit.dp

/** Says, in the middle of what is left of a page, why there is nothing. */
@Composable
fun EmptyPage(
    says: String,
    modifier: Modifier,
) = Box(modifier.fillMaxSize().padding(24.dp), Alignment.Center) { Text(says, textAlign = TextAlign.Center) }

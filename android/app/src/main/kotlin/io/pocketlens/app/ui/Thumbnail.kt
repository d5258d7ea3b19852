package io.pocketlens.app.ui

import android.graphics.Bitmap
import androidx.compose.foundation.Image
import androidx.compose.foundation.background
import androidx.compose.foundation.layout.Box
import androidx.compose.material3.MaterialTheme
import androidx.compose.runtime.Composable
import androidx.compose.ui.Modifier
import androidx.compose.ui.graphics.asImageBitmap
import androidx.compose.ui.layout.ContentScale

/** A picture that fills its place, or the place alone while there is none; [says] is what it shows. */
@Composable
fun Thumbnail(
    picture: Bitmap?,
    modifier: Modifier,
    says: String? = null,
    scale: ContentScale = ContentScale.Crop,
) = if (picture == null) {
    Box(modifier.background(MaterialTheme.colorScheme.surfaceContainerHighest))
} else {
    Image(picture.asImageBitmap(), says, modifier, contentScale = scale)
}

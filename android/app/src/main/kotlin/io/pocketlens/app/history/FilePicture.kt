package io.pocketlens.app.history

import android.graphics.Bitmap
import android.graphics.BitmapFactory
import androidx.compose.foundation.Image
import androidx.compose.foundation.background
import androidx.compose.foundation.layout.Box
import androidx.compose.material3.MaterialTheme
import androidx.compose.runtime.Composable
import androidx.compose.runtime.getValue
import androidx.compose.runtime.produceState
import androidx.compose.ui.Modifier
import androidx.compose.ui.graphics.asImageBitmap
import androidx.compose.ui.layout.ContentScale
import androidx.compose.ui.semantics.contentDescription
import io.pocketlens.app.camera.Crop
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.withContext
import java.io.File

/** A small view of the picture in [file], read when it is first shown. */
@Composable
fun FilePicture(
    file: File,
    modifier: Modifier,
) {
    val picture by produceState<Bitmap?>(null, file) {
        value = withContext(Dispatchers.IO) { BitmapFactory.decodeFile(file.path, SMALLER) }
    }
    val shown = picture
    if (shown == null) {
        Box(modifier.background(MaterialTheme.colorScheme.surfaceContainerHighest))
    } else {
        Image(shown.asImageBitmap(), contentDescription = null, modifier, contentScale = ContentScale.Crop)
    }
}

private val SMALLER get() = BitmapFactory.Options().apply { inSampleSize = 4 }

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
import androidx.compose.runtime.staticCompositionLocalOf
import androidx.compose.ui.Modifier
import androidx.compose.ui.graphics.asImageBitmap
import androidx.compose.ui.layout.ContentScale
import androidx.compose.ui.semantics.contentDescription
import io.pocketlens.app.camera.Crop
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.withContext
import java.io.File

/** A small view of the picture in [file], read when it is first shown: one pixel of [sample] in both directions. */
@Composable
fun FilePicture(
    file: File,
    modifier: Modifier,
    sample: Int = 4,
) {
    val disk = LocalDisk.current
    val picture by produceState<Bitmap?>(null, file) {
        val smaller = BitmapFactory.Options().apply { inSampleSize = sample }
        value = withContext(disk) { BitmapFactory.decodeFile(file.path, smaller) }
    }
    val shown = picture
    if (shown == null) {
        Box(modifier.background(MaterialTheme.colorScheme.surfaceContainerHighest))
    } else {
        Image(shown.asImageBitmap(), contentDescription = null, modifier, contentScale = ContentScale.Crop)
    }
}

/** Where pictures are read from files. */
val LocalDisk = staticCompositionLocalOf<CoroutineDispatcher> { Dispatchers.IO }

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
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.withContext
import java.io.File

/**
 * The picture in [file], read when it is first shown, every [sample]th pixel of it. [says] is what it shows;
 * null where text beside it says that.
 */
@Composable
fun FilePicture(
    file: File,
    modifier: Modifier,
    sample: Int = 4,
    says: String? = null,
    scale: ContentScale = ContentScale.Crop,
) {
    val disk = LocalDisk.current
    val picture by produceState<Bitmap?>(null, file) {
        val how = BitmapFactory.Options().apply { inSampleSize = sample }
        value = withContext(disk) { BitmapFactory.decodeFile(file.path, how) }
    }
    val shown = picture
    if (shown == null) {
        Box(modifier.background(MaterialTheme.colorScheme.surfaceContainerHighest))
    } else {
        Image(shown.asImageBitmap(), says, modifier, contentScale = scale)
    }
}

/** Where pictures are read from files. */
val LocalDisk = staticCompositionLocalOf<CoroutineDispatcher> { Dispatchers.IO }

package io.pocketlens.app.history

import android.graphics.Bitmap
import android.graphics.BitmapFactory
import androidx.compose.runtime.Composable
import androidx.compose.runtime.getValue
import androidx.compose.runtime.produceState
import androidx.compose.runtime.staticCompositionLocalOf
import androidx.compose.ui.Modifier
import androidx.compose.ui.layout.ContentScale
import io.pocketlens.app.ui.Thumbnail
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
    Thumbnail(picture, modifier, says, scale)
}

/** Where pictures are read from files. */
val LocalDisk = staticCompositionLocalOf<CoroutineDispatcher> { Dispatchers.IO }

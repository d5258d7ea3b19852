package io.pocketlens.app.live

import android.graphics.Bitmap
import androidx.compose.runtime.Composable
import androidx.compose.runtime.Stable
import androidx.compose.ui.Modifier
import androidx.compose.ui.viewinterop.AndroidView
import io.pocketlens.app.camera.CameraInfo

/** The camera's picture; remembers what shows it, so that the picture can be held. */
@Stable
class CameraPreview(
    private val listener: SurfaceListener,
) {
    private var texture: CameraTexture? = null

    fun grab(): Bitmap? = texture?.grab()

    @Composable
    fun Show(
        camera: CameraInfo?,
        modifier: Modifier,
    ) = AndroidView(
        factory = { CameraTexture(it, listener).also { made -> texture = made } },
        modifier = modifier,
        update = { it.camera = camera },
    )
}

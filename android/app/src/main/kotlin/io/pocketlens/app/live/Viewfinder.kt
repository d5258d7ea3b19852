package io.pocketlens.app.live

import androidx.compose.foundation.Canvas
import androidx.compose.foundation.gestures.detectTapGestures
import androidx.compose.foundation.gestures.detectTransformGestures
import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.runtime.Composable
import androidx.compose.runtime.LaunchedEffect
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.remember
import androidx.compose.runtime.setValue
import androidx.compose.ui.Modifier
import androidx.compose.ui.geometry.Offset
import androidx.compose.ui.graphics.drawscope.Stroke
import androidx.compose.ui.input.pointer.pointerInput
import androidx.compose.ui.res.stringResource
import androidx.compose.ui.semantics.CustomAccessibilityAction
import androidx.compose.ui.semantics.contentDescription
import androidx.compose.ui.semantics.customActions
import androidx.compose.ui.semantics.onClick
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.unit.dp
import io.pocketlens.app.R
import io.pocketlens.app.camera.CameraInfo
import io.pocketlens.app.ui.theme.LensColors
import kotlinx.coroutines.delay

/** The camera's [preview], which focuses where it is tapped and zooms between two fingers. */
@Composable
fun Viewfinder(
    camera: CameraInfo?,
    actions: LiveActions,
    preview: @Composable (Modifier) -> Unit,
) {
    val canFocus = camera?.canFocus == true
    val canZoom = camera != null && camera.maxZoom > 1f
    var tapped by remember { mutableStateOf<Offset?>(null) }
    LaunchedEffect(tapped) {
        if (tapped == null) return@LaunchedEffect
        delay(RING_MS)
        tapped = null
    }
    val touch =
        Modifier
            .pointerInput(canFocus) {
                if (canFocus) {
                    detectTapGestures { at ->
                        tapped = at
                        actions.focusAt(at.x / size.width, at.y / size.height)
                    }
                }
            }.pointerInput(canZoom) {
                if (canZoom) detectTransformGestures { _, _, zoom, _ -> if (zoom != 1f) actions.zoom(zoom) }
            }
    Box(Modifier.fillMaxSize().described(canFocus, canZoom, actions).then(touch)) {
        preview(Modifier.fillMaxSize())
        tapped?.let { at ->
            Canvas(Modifier.fillMaxSize()) {
                drawCircle(LensColors.content, RING.toPx(), at, style = Stroke(RING_WIDTH.toPx()))
            }
        }
    }
}

/** What TalkBack says of the picture and can do with it: a double tap focuses in the middle. */
@Composable
private fun Modifier.described(
    canFocus: Boolean,
    canZoom: Boolean,
    actions: LiveActions,
): Modifier {
    val says = stringResource(R.string.viewfinder)
    val focus = stringResource(R.string.focus_middle)
    val closer = stringResource(R.string.zoom_in)
    val wider = stringResource(R.string.zoom_out)
    return semantics {
        contentDescription = says
        if (canFocus) onClick(focus) { actions.focusAt(.5f, .5f).let { true } }
        if (canZoom) {
            customActions =
                listOf(
                    CustomAccessibilityAction(closer) { actions.zoom(ZOOM_STEP).let { true } },
                    CustomAccessibilityAction(wider) { actions.zoom(1 / ZOOM_STEP).let { true } },
                )
        }
    }
}

private val RING = 34.dp
private val RING_WIDTH = 2.dp
private const val RING_MS = 900L
private const val ZOOM_STEP = 1.5f

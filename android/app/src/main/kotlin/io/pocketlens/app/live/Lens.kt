package io.pocketlens.app.live

import androidx.compose.foundation.background
import androidx.compose.foundation.layout.BoxScope
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.shape.CircleShape
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.res.stringResource
import androidx.compose.ui.unit.dp
import io.pocketlens.app.R
import io.pocketlens.app.photo.PictureView
import io.pocketlens.app.ui.LensAction
import io.pocketlens.app.ui.numbers
import io.pocketlens.app.ui.theme.LensColors

/** The live or held picture with what lies on it. */
@Composable
fun BoxScope.Lens(
    page: LivePage.Viewfinder,
    actions: LiveActions,
    preview: @Composable (Modifier) -> Unit,
) {
    val held = page.held
    if (held == null) {
        Viewfinder(page.camera, actions, preview)
    } else {
        PictureView(held.picture, held.part, actions)
    }
    if (held != null) {
        LensAction(R.drawable.ic_back, R.string.back_to_camera, Modifier.align(Alignment.TopStart).padding(8.dp)) {
            actions.resume()
        }
        LensNote(stringResource(R.string.held), Modifier.align(Alignment.TopCenter).padding(20.dp))
    }
    Row(Modifier.align(Alignment.TopEnd).padding(8.dp)) {
        LensAction(R.drawable.ic_chart, R.string.performance) { actions.openPerformance() }
        LensAction(R.drawable.ic_settings, R.string.settings, Modifier.padding(start = 8.dp)) { actions.openSettings() }
    }
    if (page.lens.zoom > 1f) {
        val zoom = "${numbers().decimal(page.lens.zoom.toDouble(), 1)}×"
        LensNote(zoom, Modifier.align(Alignment.BottomCenter).padding(20.dp))
    }
    if (page.camera?.hasTorch == true && held == null) {
        val on = page.lens.torch
        LensAction(
            if (on) R.drawable.ic_torch_on else R.drawable.ic_torch,
            if (on) R.string.torch_turn_off else R.string.torch_turn_on,
            Modifier.align(Alignment.BottomEnd).padding(8.dp),
        ) { actions.setTorch(!on) }
    }
}

/** A few words on the picture. */
@Composable
fun LensNote(
    says: String,
    modifier: Modifier = Modifier,
) = Text(
    says,
    modifier.background(LensColors.glass, CircleShape).padding(horizontal = 12.dp, vertical = 4.dp),
    color = LensColors.content,
    style = MaterialTheme.typography.labelLarge,
)

package io.pocketlens.app.live

import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.Spacer
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.layout.width
import androidx.compose.runtime.Composable
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.unit.dp
import io.pocketlens.app.R
import io.pocketlens.app.ui.LabelledAction

/** The buttons below the answer: a photo, hold or go on, the next camera. */
@Composable
fun LiveControls(
    page: LivePage.Viewfinder,
    actions: LiveActions,
) = Row(
    Modifier.fillMaxWidth().padding(vertical = 4.dp),
    Arrangement.SpaceEvenly,
    Alignment.CenterVertically,
) {
    LabelledAction(R.drawable.ic_photo, R.string.photos) { actions.choosePhoto() }
    if (page.held == null) {
        LabelledAction(
            R.drawable.ic_pause,
            R.string.hold,
            main = true,
            enabled = page.camera != null,
        ) { actions.hold() }
    } else {
        LabelledAction(R.drawable.ic_play, R.string.resume, main = true) { actions.resume() }
    }
    if (page.camera?.next != null) {
        LabelledAction(R.drawable.ic_switch, R.string.switch_camera) { actions.switchCamera() }
    } else {
        Spacer(Modifier.width(72.dp))
    }
}

package io.pocketlens.app.photo

import android.graphics.Bitmap
import androidx.compose.foundation.Image
import androidx.compose.foundation.background
import androidx.compose.foundation.gestures.detectDragGestures
import androidx.compose.foundation.layout.BoxScope
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.shape.CircleShape
import androidx.compose.material3.Text
import androidx.compose.material3.TextButton
import androidx.compose.runtime.Composable
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.remember
import androidx.compose.runtime.setValue
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.geometry.Offset
import androidx.compose.ui.graphics.asImageBitmap
import androidx.compose.ui.input.pointer.pointerInput
import androidx.compose.ui.layout.onSizeChanged
import androidx.compose.ui.res.stringResource
import androidx.compose.ui.semantics.CustomAccessibilityAction
import androidx.compose.ui.semantics.contentDescription
import androidx.compose.ui.semantics.customActions
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.unit.IntSize
import androidx.compose.ui.unit.dp
import io.pocketlens.app.R
import io.pocketlens.app.results.PicturePart
import io.pocketlens.app.ui.theme.LensColors

/** What can be done with a still picture. */
interface PictureActions {
    /** Looks at a part only; null: at all of it. */
    fun look(part: PicturePart?)
}

/** A still picture, of which a finger chooses the [part] to look at. */
@Composable
fun BoxScope.PictureView(
    picture: Bitmap?,
    part: PicturePart?,
    actions: PictureActions,
) {
    if (picture == null) return
    var draft by remember(picture) { mutableStateOf<PicturePart?>(null) }
    var size by remember { mutableStateOf(IntSize.Zero) }
    val place = fitted(picture, size)
    val choose =
        Modifier.pointerInput(picture, size) {
            var start = Offset.Zero
            detectDragGestures(
                onDragStart = { start = it },
                onDragEnd = {
                    draft?.takeIf { it.isMeant }?.let(actions::look)
                    draft = null
                },
                onDragCancel = { draft = null },
            ) { change, _ -> draft = place.part(start, change.position) }
        }
    Image(
        picture.asImageBitmap(),
        contentDescription = null,
        Modifier
            .fillMaxSize()
            .onSizeChanged { size = it }
            .described(part, actions)
            .then(choose),
    )
    (draft ?: part)?.let { PartFrame(it, place) }
    if (part != null) {
        TextButton(
            { actions.look(null) },
            Modifier.align(Alignment.BottomCenter).padding(8.dp).background(LensColors.glass, CircleShape),
        ) { Text(stringResource(R.string.whole_picture), color = LensColors.content) }
    }
}

@Composable
private fun Modifier.described(
    part: PicturePart?,
    actions: PictureActions,
): Modifier {
    val says = stringResource(if (part == null) R.string.picture_all else R.string.picture_part)
    val middle = stringResource(R.string.look_at_middle)
    return semantics {
        contentDescription = says
        customActions =
            listOf(CustomAccessibilityAction(middle) { actions.look(PicturePart(.25f, .25f, .75f, .75f)).let { true } })
    }
}

package io.pocketlens.app.photo

import android.graphics.Bitmap
import androidx.compose.foundation.Canvas
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.runtime.Composable
import androidx.compose.ui.Modifier
import androidx.compose.ui.geometry.CornerRadius
import androidx.compose.ui.geometry.Offset
import androidx.compose.ui.geometry.Rect
import androidx.compose.ui.geometry.Size
import androidx.compose.ui.graphics.drawscope.Stroke
import androidx.compose.ui.unit.IntSize
import androidx.compose.ui.unit.dp
import io.pocketlens.app.results.PicturePart
import io.pocketlens.app.ui.theme.LensColors

/** Where [picture] lies in a view of [size] that shows it whole. */
internal fun fitted(
    picture: Bitmap,
    size: IntSize,
): Rect {
    val scale = minOf(size.width.toFloat() / picture.width, size.height.toFloat() / picture.height)
    val width = picture.width * scale
    val height = picture.height * scale
    val left = (size.width - width) / 2
    val top = (size.height - height) / 2
    return Rect(left, top, left + width, top + height)
}

/** The part of the picture in this place that lies between two points of the view. */
internal fun Rect.part(
    from: Offset,
    to: Offset,
) = PicturePart.between(
    (from.x - left) / width,
    (from.y - top) / height,
    (to.x - left) / width,
    (to.y - top) / height,
)

/** Darkens everything but [part] of the picture in [place]. */
@Composable
internal fun PartFrame(
    part: PicturePart,
    place: Rect,
) = Canvas(Modifier.fillMaxSize()) {
    val left = place.left + part.left * place.width
    val top = place.top + part.top * place.height
    val right = place.left + part.right * place.width
    val bottom = place.top + part.bottom * place.height
    val dim = LensColors.glass
    drawRect(dim, Offset.Zero, Size(size.width, top))
    drawRect(dim, Offset(0f, bottom), Size(size.width, size.height - bottom))
    drawRect(dim, Offset(0f, top), Size(left, bottom - top))
    drawRect(dim, Offset(right, top), Size(size.width - right, bottom - top))
    drawRoundRect(
        LensColors.content,
        Offset(left, top),
        Size(right - left, bottom - top),
        CornerRadius(8.dp.toPx()),
        Stroke(2.dp.toPx()),
    )
}

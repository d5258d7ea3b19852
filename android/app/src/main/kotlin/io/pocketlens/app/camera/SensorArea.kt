package io.pocketlens.app.camera

import android.graphics.Rect
import android.hardware.camera2.params.MeteringRectangle
import androidx.compose.foundation.layout.height
import androidx.compose.foundation.layout.width

/** Parts of the sensor. */
object SensorArea {
    private const val SIDE = 0.1f

    /**
     * A square with a side of a tenth of [active]'s shorter side around the point ([x], [y]), both
     * 0..1 of the stored visible picture, which covers [share] of the active area in each direction.
     */
    fun around(
        x: Float,
        y: Float,
        active: Rect,
        share: Pair<Float, Float>,
    ): MeteringRectangle {
        val side = (minOf(active.width(), active.height()) * SIDE).toInt()
        val centreX = active.left + active.width() * (0.5f + (x - 0.5f) * share.first)
        val centreY = active.top + active.height() * (0.5f + (y - 0.5f) * share.second)
        val left = (centreX.toInt() - side / 2).coerceIn(active.left, active.right - side)
        val top = (centreY.toInt() - side / 2).coerceIn(active.top, active.bottom - side)
        return MeteringRectangle(left, top, side, side, MeteringRectangle.METERING_WEIGHT_MAX)
    }

    /** The centred part of [active] that fills the picture at this zoom. */
    fun zoomed(
        active: Rect,
        zoom: Float,
    ): Rect {
        val width = (active.width() / zoom).toInt()
        val height = (active.height() / zoom).toInt()
        val left = active.left + (active.width() - width) / 2
        val top = active.top + (active.height() - height) / 2
        return Rect(left, top, left + width, top + height)
    }
}

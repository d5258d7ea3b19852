package io.pocketlens.app.live

import io.pocketlens.app.photo.PictureActions
import io.pocketlens.app.ui.TroubleActions

/** What the user can do on the camera screen. */
interface LiveActions :
    TroubleActions,
    PictureActions,
    PermissionActions {
    fun openSettings()

    fun openPerformance()

    fun openLabel(index: Int)

    fun closeSheet()

    fun setTorch(on: Boolean)

    fun switchCamera()

    fun hold()

    fun resume()

    fun zoom(factor: Float)

    /** A point of the visible picture, both 0..1 from its top left. */
    fun focusAt(
        x: Float,
        y: Float,
    )

    fun copy(text: String)

    fun say(text: String)
}

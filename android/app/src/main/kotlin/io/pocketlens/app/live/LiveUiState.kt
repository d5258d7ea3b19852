package io.pocketlens.app.live

import android.graphics.Bitmap
import io.pocketlens.app.answer.Answer
import io.pocketlens.app.answer.LabelDetail
import io.pocketlens.app.camera.CameraInfo
import io.pocketlens.app.perf.Performance
import io.pocketlens.app.results.PicturePart
import io.pocketlens.app.settings.UserSettings
import io.pocketlens.app.ui.Trouble

/** Everything the camera screen shows. */
data class LiveUiState(
    val page: LivePage,
    val sheet: LiveSheet? = null,
    /** How many rows an answer has. */
    val rows: Int = UserSettings().labels,
    /** Whether answers are spoken. */
    val speak: Boolean = false,
)

sealed interface LivePage {
    /** The camera may not be used. */
    data class Permission(
        val need: PermissionNeed,
    ) : LivePage

    /** Something failed, and here is a way on. */
    data class Problem(
        val trouble: Trouble,
    ) : LivePage

    /** The camera's picture, or a held one, with what it shows. */
    data class Viewfinder(
        val answer: Answer,
        /** Null while the camera opens. */
        val camera: CameraInfo? = null,
        val lens: LensState = LensState(),
        val held: HeldPicture? = null,
        /** The headline's own facts, for screens that have the room. */
        val detail: LabelDetail? = null,
    ) : LivePage
}

/** What the user set on the camera. */
data class LensState(
    val torch: Boolean = false,
    val zoom: Float = 1f,
)

/** A held picture; [picture] is null while it comes back from the disk. */
data class HeldPicture(
    val picture: Bitmap?,
    /** The part that is looked at; null: all of it. */
    val part: PicturePart? = null,
)

/** What lies over the camera screen. */
sealed interface LiveSheet {
    data class Label(
        val detail: LabelDetail,
    ) : LiveSheet

    data class Measured(
        val performance: Performance,
    ) : LiveSheet
}

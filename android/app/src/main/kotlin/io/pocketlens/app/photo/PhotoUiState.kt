package io.pocketlens.app.photo

import android.graphics.Bitmap
import io.pocketlens.app.answer.Answer
import io.pocketlens.app.answer.LabelDetail
import io.pocketlens.app.camera.Shown
import io.pocketlens.app.results.PicturePart
import io.pocketlens.app.settings.UserSettings
import io.pocketlens.app.ui.Trouble

/** Everything the photo screen shows. */
data class PhotoUiState(
    val page: PhotoPage = PhotoPage.Shown(Answer.Looking),
    val sheet: LabelDetail? = null,
    val rows: Int = UserSettings().labels,
    val speak: Boolean = false,
)

sealed interface PhotoPage {
    /** A photo with what it shows. */
    data class Shown(
        val answer: Answer,
        /** Upright; null while it is decoded. */
        val picture: Bitmap? = null,
        val part: PicturePart? = null,
        /** The headline's own facts, for screens that have the room. */
        val detail: LabelDetail? = null,
    ) : PhotoPage

    data class Problem(
        val trouble: Trouble,
    ) : PhotoPage
}

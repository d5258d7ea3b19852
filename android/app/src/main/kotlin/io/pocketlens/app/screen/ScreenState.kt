package io.pocketlens.app.screen

import android.graphics.Bitmap
import io.pocketlens.app.camera.CameraInfo
import io.pocketlens.app.camera.CameraTrouble
import io.pocketlens.app.permission.PermissionNeed
import io.pocketlens.classifier.ErrorCode

/** Everything the main screen can show. */
sealed interface ScreenState {
    /** The camera may not be used. */
    class Permission(
        val need: PermissionNeed,
    ) : ScreenState

    /** The camera's picture, or a held one, with what it shows. */
    class Viewfinder(
        val answer: Answer,
        /** Null while the camera opens. */
        val camera: CameraInfo? = null,
        val torch: Boolean = false,
        /** The held picture; null while live. */
        val still: Bitmap? = null,
        val frozen: Boolean = false,
    ) : ScreenState

    /** A photo with what it shows. */
    class Photo(
        val answer: Answer,
        /** Upright; null while it is read. */
        val picture: Bitmap? = null,
    ) : ScreenState

    /** Something failed, and here is a way on. */
    class Problem(
        val trouble: Trouble,
    ) : ScreenState
}

/** What is known of the picture. */
sealed interface Answer {
    /** The model loads. */
    object Preparing : Answer

    /** No picture has been read yet. */
    object Looking : Answer

    /** At least one label is sure. [path] leads to the headline in the hierarchy, without itself. */
    class Sure(
        val headline: Row,
        val path: List<String>,
        val rows: List<Row>,
    ) : Answer

    /** No label reaches its threshold; [rows] are the closest. */
    class Unsure(
        val rows: List<Row>,
    ) : Answer
}

/** One label of the list. [score] is 0..1, 0.5 = exactly as sure as its threshold asks. */
class Row(
    val index: Int,
    val name: String,
    val score: Float,
    val sure: Boolean,
)

/** A failure with the ways on from it. */
sealed interface Trouble {
    class Camera(
        val trouble: CameraTrouble,
    ) : Trouble

    /** The model could not be opened or run. [imported]: it is one the user brought in. */
    class Model(
        val code: ErrorCode,
        val message: String,
        val imported: Boolean,
    ) : Trouble

    /** The photo could not be read. */
    class Photo(
        val code: ErrorCode,
        val message: String,
    ) : Trouble
}

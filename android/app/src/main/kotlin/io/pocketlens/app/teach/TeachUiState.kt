package io.pocketlens.app.teach

import android.graphics.Bitmap
import io.pocketlens.app.camera.CameraInfo
import io.pocketlens.app.camera.CameraTrouble
import io.pocketlens.app.live.PermissionNeed
import io.pocketlens.app.ui.ErrorDetails
import io.pocketlens.classifier.ErrorCode
import java.io.File

/** How far teaching has come. */
sealed interface TeachUiState {
    /** The model loads. */
    data object Preparing : TeachUiState

    /** What is it? */
    data class Naming(
        /** Null while it comes back from the disk. */
        val picture: Bitmap?,
        val typed: String = "",
        val suggestions: List<Suggestion> = emptyList(),
        /** Whether a wrong answer led here. */
        val wrong: Boolean = false,
        /** Why the last name or picture was not taken. */
        val error: ErrorCode? = null,
    ) : TeachUiState

    /** More pictures of it. */
    data class Shooting(
        val name: String,
        val shots: List<File>,
        /** How many of them say something new. */
        val useful: Int,
        val hint: ShotHint,
        val eye: Eye = Eye.Opening,
        /** Whether a picture is being learned. */
        val busy: Boolean = false,
        val error: ErrorCode? = null,
    ) : TeachUiState {
        /** How many different pictures still help. */
        val left: Int get() = (ENOUGH - useful).coerceAtLeast(0)
    }

    /** From now on it is named. */
    data class Named(
        val name: String,
        val pictures: Int,
        /** Whether more different pictures would make it surer. */
        val few: Boolean,
    ) : TeachUiState

    /** This model cannot be taught, or it does not work. */
    data class Refused(
        val details: ErrorDetails,
    ) : TeachUiState

    companion object {
        /** So many different pictures are enough. */
        const val ENOUGH = 5
    }
}

/** What the camera shows while pictures are taken. */
sealed interface Eye {
    data object Opening : Eye

    data class Running(
        val camera: CameraInfo,
    ) : Eye

    data class Failed(
        val trouble: CameraTrouble,
    ) : Eye

    /** The camera may not be used: photos can be chosen. */
    data class NotAllowed(
        val need: PermissionNeed,
    ) : Eye
}

/** What to do for the next picture. */
enum class ShotHint {
    /** The first picture is there. */
    ANOTHER_SIDE,

    /** The last one said something new. */
    GOOD,

    /** The last one showed nearly the same. */
    TURN_IT,

    /** The last one was rather like an earlier one: most likely the same place. */
    ANOTHER_PLACE,
    ;

    companion object {
        private const val NEARLY_THE_SAME = 0.9f

        /** What a picture of this [likeness] to an earlier one asks for. */
        fun after(
            likeness: Float?,
            saysLittle: Boolean,
        ): ShotHint =
            when {
                likeness == null -> ANOTHER_SIDE
                !saysLittle -> GOOD
                likeness >= NEARLY_THE_SAME -> TURN_IT
                else -> ANOTHER_PLACE
            }
    }
}

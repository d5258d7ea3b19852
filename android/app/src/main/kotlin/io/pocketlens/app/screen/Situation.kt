package io.pocketlens.app.screen

import android.graphics.Bitmap
import io.pocketlens.app.camera.CameraStatus
import io.pocketlens.app.camera.Facing
import io.pocketlens.app.camera.Surroundings
import io.pocketlens.app.engine.ModelStatus
import io.pocketlens.app.permission.PermissionNeed
import io.pocketlens.app.photo.PhotoStatus
import io.pocketlens.app.results.Reading

/** Everything the main screen's state follows from. */
data class Situation(
    val started: Boolean = false,
    val need: PermissionNeed? = PermissionNeed.FIRST,
    val around: Surroundings? = null,
    val facing: Facing = Facing.BACK,
    val camera: CameraStatus = CameraStatus.Off,
    val torch: Boolean = false,
    val frozen: Boolean = false,
    val still: Bitmap? = null,
    val photo: PhotoStatus? = null,
    val model: ModelStatus = ModelStatus.Loading,
    val reading: Reading? = null,
) {
    /** Whether a camera should be open. */
    val wantsCamera: Boolean
        get() = started && around != null && need == null && !frozen && photo == null && model !is ModelStatus.Failed

    /** Whether the model in use was brought in by the user. */
    val usesImported: Boolean
        get() =
            when (model) {
                is ModelStatus.Ready -> model.loaded.settings.model != null
                is ModelStatus.Failed -> model.imported
                ModelStatus.Loading -> false
            }

    /** What to show. */
    val state: ScreenState
        get() =
            when {
                model is ModelStatus.Failed -> problem(modelTrouble(model))
                photo != null -> photoState(photo)
                frozen -> ScreenState.Viewfinder(answer, still = still, frozen = true)
                need != null -> ScreenState.Permission(need)
                camera is CameraStatus.Failed -> problem(Trouble.Camera(camera.trouble))
                else -> ScreenState.Viewfinder(answer, (camera as? CameraStatus.Running)?.info, torch)
            }

    private val answer: Answer
        get() = if (reading == null && model is ModelStatus.Loading) Answer.Preparing else Answers.of(reading)

    private fun photoState(photo: PhotoStatus): ScreenState =
        when (photo) {
            is PhotoStatus.Opening -> ScreenState.Photo(Answer.Looking)
            is PhotoStatus.Shown -> ScreenState.Photo(answer, photo.picture)
            is PhotoStatus.Failed -> problem(Trouble.Photo(photo.error.code, photo.error.message.orEmpty()))
        }

    private fun modelTrouble(failed: ModelStatus.Failed) =
        Trouble.Model(failed.error.code, failed.error.message.orEmpty(), failed.imported)

    private fun problem(trouble: Trouble) = ScreenState.Problem(trouble)
}

package io.pocketlens.app.screen

import android.graphics.Bitmap
import io.pocketlens.app.camera.CameraStatus
import io.pocketlens.app.camera.Facing
import io.pocketlens.app.camera.Surroundings
import io.pocketlens.app.engine.ModelStatus
import io.pocketlens.app.permission.PermissionNeed
import io.pocketlens.app.photo.PhotoStatus
import io.pocketlens.app.results.Reading

/** Everything the main screen's state follows from; its owner changes it on the main thread. */
class Situation {
    var started: Boolean = false
    var need: PermissionNeed? = PermissionNeed.FIRST
    var around: Surroundings? = null
    var facing: Facing = Facing.BACK
    var camera: CameraStatus = CameraStatus.Off
    var torch: Boolean = false
    var frozen: Boolean = false
    var still: Bitmap? = null
    var photo: PhotoStatus? = null
    var model: ModelStatus = ModelStatus.Loading
    var reading: Reading? = null

    /** Holds the picture [shown]. */
    fun hold(shown: Bitmap?) {
        frozen = true
        still = shown
        torch = false
    }

    /** Gives up a held picture or a photo, and what was seen on it. */
    fun letGo() {
        frozen = false
        still = null
        take(null)
    }

    /** The screen is not visible; the answer is of use later when it is to [keep]. */
    fun leave(keep: Boolean) {
        started = false
        torch = false
        if (!keep) reading = null
    }

    /** The camera that looks the other way is wanted. */
    fun turn() {
        facing = if (facing == Facing.BACK) Facing.FRONT else Facing.BACK
        torch = false
        reading = null
    }

    /** Takes over the model's [next] status; true when it is another model than before. */
    fun take(next: ModelStatus): Boolean {
        val another = next is ModelStatus.Ready && next.loaded !== (model as? ModelStatus.Ready)?.loaded
        model = next
        if (another) reading = null
        return another
    }

    /** Takes over what is known of the photo; null: there is none any more. */
    fun take(next: PhotoStatus?) {
        photo = next
        reading = (next as? PhotoStatus.Shown)?.reading
    }

    /** Whether a camera should be open. */
    val wantsCamera: Boolean
        get() = started && around != null && need == null && !frozen && photo == null && model !is ModelStatus.Failed

    /** Whether the model in use was brought in by the user. */
    val usesImported: Boolean
        get() {
            val failed = model as? ModelStatus.Failed
            return failed?.imported ?: ((model as? ModelStatus.Ready)?.loaded?.settings?.model != null)
        }

    /** What to show. */
    val state: ScreenState
        get() {
            val model = model
            val photo = photo
            val need = need
            val camera = camera
            return when {
                model is ModelStatus.Failed -> problem(modelTrouble(model))
                photo != null -> photoState(photo)
                frozen -> ScreenState.Viewfinder(answer, still = still, frozen = true)
                need != null -> ScreenState.Permission(need)
                camera is CameraStatus.Failed -> problem(Trouble.Camera(camera.trouble))
                else -> ScreenState.Viewfinder(answer, (camera as? CameraStatus.Running)?.info, torch)
            }
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

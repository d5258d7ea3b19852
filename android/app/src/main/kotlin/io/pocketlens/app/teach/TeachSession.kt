package io.pocketlens.app.teach

import androidx.lifecycle.SavedStateHandle
import io.pocketlens.classifier.TaughtPicture

/** What was taught so far, kept through rotations and the end of the process; the pictures are in the store. */
class TeachSession(
    private val saved: SavedStateHandle,
) {
    /** Null: it has no name yet. */
    val name = saved.getStateFlow<String?>(NAME, null)
    val typed = saved.getStateFlow(TYPED, "")

    /** The ids of the pictures that were taken. */
    val shots = saved.getStateFlow<List<String>>(SHOTS, emptyList())
    val done = saved.getStateFlow(DONE, false)

    /** One character a picture: whether it says something new. */
    private val news = saved.getStateFlow(NEWS, "")

    val mid: String? get() = saved[MID]
    val useful: Int get() = news.value.count { it == NEW }

    /** Whether it has a name and gets more pictures. */
    val isTaking: Boolean get() = name.value != null && !done.value
    val hint: ShotHint get() = ShotHint.entries[saved[HINT] ?: 0]

    fun type(text: String) = saved.set(TYPED, text)

    /** [told] came of the picture that was taken last. */
    fun took(told: TaughtPicture) {
        saved[NAME] = told.name
        saved[MID] = told.mid
        saved[HINT] = ShotHint.after(told.likeness, told.saysLittle).ordinal
        saved[NEWS] = news.value + if (told.saysLittle) OLD else NEW
        saved[SHOTS] = ArrayList(shots.value + told.id)
        if (useful >= TeachUiState.ENOUGH) finish()
    }

    /** The last picture has been taken back; without any it has no name again. */
    fun tookBack() {
        saved[NEWS] = news.value.dropLast(1)
        saved[HINT] = ShotHint.ANOTHER_SIDE.ordinal
        saved[SHOTS] = ArrayList(shots.value.dropLast(1))
        if (shots.value.isEmpty()) saved[NAME] = null
    }

    fun finish() = saved.set(DONE, true)

    fun goOn() = saved.set(DONE, false)

    private companion object {
        const val NAME = "name"
        const val MID = "mid"
        const val TYPED = "typed"
        const val SHOTS = "shots"
        const val NEWS = "news"
        const val HINT = "hint"
        const val DONE = "done"
        const val NEW = '+'
        const val OLD = '-'
    }
}

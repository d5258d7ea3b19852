package io.pocketlens.app.testing

import io.pocketlens.app.answer.Answer
import io.pocketlens.app.answer.Answers
import io.pocketlens.app.answer.LabelDetail
import io.pocketlens.app.camera.CameraInfo
import io.pocketlens.app.camera.Facing
import io.pocketlens.app.live.HeldPicture
import io.pocketlens.app.live.LensState
import io.pocketlens.app.live.LivePage
import io.pocketlens.app.live.LiveSheet
import io.pocketlens.app.live.LiveUiState
import io.pocketlens.app.ui.ErrorDetails
import io.pocketlens.classifier.ErrorCode

/** States of the screens, for pictures and tests of single composables. */
object States {
    val back =
        CameraInfo(
            Facing.BACK,
            previewWidth = 1440,
            previewHeight = 1080,
            sensorOrientation = 90,
            hasTorch = true,
            canFocus = true,
            maxZoom = 8f,
            next = Facing.FRONT,
        )

    fun answer(
        sees: FloatArray = FakeModel.cat(),
        rows: Int = 5,
    ): Answer.Given = Answers.of(FakeModel.reading(sees), rows)

    fun live(
        answer: Answer = answer(),
        held: HeldPicture? = null,
        lens: LensState = LensState(),
        sheet: LiveSheet? = null,
    ) = LiveUiState(LivePage.Viewfinder(answer, back.takeIf { held == null }, lens, held, detail()), sheet)

    fun detail(sees: FloatArray = FakeModel.cat()): LabelDetail =
        checkNotNull(LabelDetail.of(FakeModel.reading(sees), FakeModel.CAT))

    fun wrongHash() =
        ErrorDetails(
            ErrorCode.WRONG_HASH,
            "model.ms has the SHA-256 3f0a…91c2, expected 77de…04b1. Copy the package again from its source.",
        )
}

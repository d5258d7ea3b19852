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
import io.pocketlens.app.perf.Heat
import io.pocketlens.app.perf.Performance
import io.pocketlens.app.perf.Spread
import io.pocketlens.app.perf.Stage
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

    fun performance(): Performance {
        val spreads = mapOf(Stage.INFERENCE to Spread(7.1, 9.45, 12.3), Stage.TOTAL to Spread(7.7, 10.2, 13.1))
        val model = "mobilenetv2-openimages 1.0.0"
        return Performance(spreads, 24.2, 300, 112, Heat.LIGHT, model, "float32", "2.0.0", 2, false)
    }

    fun wrongHash() =
        ErrorDetails(
            ErrorCode.WRONG_HASH,
            "model.ms has the SHA-256 3f0a…91c2, expected 77de…04b1. Copy the package again from its source.",
        )
}

package io.pocketlens.app.results

import android.graphics.Bitmap
import io.pocketlens.app.model.LoadedModel
import io.pocketlens.app.model.Models
import io.pocketlens.app.perf.StageClock
import io.pocketlens.classifier.ClassifierException
import io.pocketlens.classifier.ClassifyOptions
import io.pocketlens.classifier.Photo
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.withContext

/** Reads single pictures. What it throws are `ClassifierException`s of the picture, not of the model. */
class StillReader(
    private val models: Models,
    private val engine: CoroutineDispatcher,
    private val stages: StageClock,
    private val now: () -> Long,
) {
    /** What [model] says of [photo]; null when the model failed, which [Models.state] tells. */
    suspend fun read(
        model: LoadedModel,
        photo: Photo,
    ): Reading? =
        withContext(engine) {
            try {
                val result = model.classifier.classify(photo, ClassifyOptions(Reading.LABELS_ASKED))
                stages.add(result.timings, now())
                Reading.of(model, result)
            } catch (error: ClassifierException) {
                models.failed(model, error)
                null
            }
        }

    /** What [model] says of a part of an upright [picture]. */
    suspend fun read(
        model: LoadedModel,
        picture: Bitmap,
        part: PicturePart?,
    ): Reading? = read(model, Photo(picture, region = part?.region()))
}

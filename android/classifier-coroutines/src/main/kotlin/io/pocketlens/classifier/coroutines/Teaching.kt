package io.pocketlens.classifier.coroutines

import android.graphics.Bitmap
import io.pocketlens.classifier.Classifier
import io.pocketlens.classifier.Photo
import io.pocketlens.classifier.TaughtLabels
import io.pocketlens.classifier.TaughtPicture
import io.pocketlens.classifier.YuvFrame
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.withContext
import java.io.File

/** [Classifier.openTaughtLabels] off the caller's thread; cancelled, it leaves nothing open. */
public suspend fun Classifier.awaitOpenTaughtLabels(
    file: File,
    dispatcher: CoroutineDispatcher = Dispatchers.IO,
): TaughtLabels = opened(dispatcher) { openTaughtLabels(file) }

/** [Classifier.readTaughtLabels] off the caller's thread; cancelled, it leaves nothing open. */
public suspend fun Classifier.awaitReadTaughtLabels(
    bytes: ByteArray,
    dispatcher: CoroutineDispatcher = Dispatchers.IO,
): TaughtLabels = opened(dispatcher) { readTaughtLabels(bytes) }

/** [Classifier.teach] off the caller's thread. */
public suspend fun Classifier.awaitTeach(
    set: TaughtLabels,
    name: String,
    photo: Photo,
    dispatcher: CoroutineDispatcher = Dispatchers.Default,
): TaughtPicture = withContext(dispatcher) { teach(set, name, photo) }

/** As above for an upright [bitmap]. */
public suspend fun Classifier.awaitTeach(
    set: TaughtLabels,
    name: String,
    bitmap: Bitmap,
    dispatcher: CoroutineDispatcher = Dispatchers.Default,
): TaughtPicture = withContext(dispatcher) { teach(set, name, bitmap) }

/** As above for a camera frame, whose planes must stay valid until this returns. */
public suspend fun Classifier.awaitTeach(
    set: TaughtLabels,
    name: String,
    frame: YuvFrame,
    dispatcher: CoroutineDispatcher = Dispatchers.Default,
): TaughtPicture = withContext(dispatcher) { teach(set, name, frame) }

/** [TaughtLabels.save] off the caller's thread. */
public suspend fun TaughtLabels.awaitSave(
    file: File,
    dispatcher: CoroutineDispatcher = Dispatchers.IO,
): Unit = withContext(dispatcher) { save(file) }

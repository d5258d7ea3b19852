package io.pocketlens.classifier.coroutines

import android.content.Context
import android.graphics.Bitmap
import android.net.Uri
import io.pocketlens.classifier.Classification
import io.pocketlens.classifier.Classifier
import io.pocketlens.classifier.ClassifierSettings
import io.pocketlens.classifier.ClassifyOptions
import io.pocketlens.classifier.Photo
import io.pocketlens.classifier.YuvFrame
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.withContext
import java.io.File

/** [Classifier.openAsset] off the caller's thread; cancelled, it leaves nothing open. */
public suspend fun Classifier.Companion.awaitOpenAsset(
    context: Context,
    path: String,
    settings: ClassifierSettings = ClassifierSettings(),
    dispatcher: CoroutineDispatcher = Dispatchers.IO,
): Classifier = opened(dispatcher) { openAsset(context, path, settings) }

/** [Classifier.open] off the caller's thread; cancelled, it leaves nothing open. */
public suspend fun Classifier.Companion.awaitOpen(
    file: File,
    settings: ClassifierSettings = ClassifierSettings(),
    dispatcher: CoroutineDispatcher = Dispatchers.IO,
): Classifier = opened(dispatcher) { open(file, settings) }

/** As above for a content [uri]. */
public suspend fun Classifier.Companion.awaitOpen(
    context: Context,
    uri: Uri,
    settings: ClassifierSettings = ClassifierSettings(),
    dispatcher: CoroutineDispatcher = Dispatchers.IO,
): Classifier = opened(dispatcher) { open(context, uri, settings) }

/** [Classifier.classify] off the caller's thread. */
public suspend fun Classifier.awaitClassify(
    photo: Photo,
    options: ClassifyOptions = ClassifyOptions(),
    dispatcher: CoroutineDispatcher = Dispatchers.Default,
): Classification = withContext(dispatcher) { classify(photo, options) }

/** As above for an upright [bitmap]. */
public suspend fun Classifier.awaitClassify(
    bitmap: Bitmap,
    options: ClassifyOptions = ClassifyOptions(),
    dispatcher: CoroutineDispatcher = Dispatchers.Default,
): Classification = withContext(dispatcher) { classify(bitmap, options) }

/** As above for a camera frame, whose planes must stay valid until this returns. */
public suspend fun Classifier.awaitClassify(
    frame: YuvFrame,
    options: ClassifyOptions = ClassifyOptions(),
    dispatcher: CoroutineDispatcher = Dispatchers.Default,
): Classification = withContext(dispatcher) { classify(frame, options) }

/** As above for the photo behind a [uri], which is decoded there too. */
public suspend fun Classifier.awaitClassify(
    context: Context,
    uri: Uri,
    options: ClassifyOptions = ClassifyOptions(),
    dispatcher: CoroutineDispatcher = Dispatchers.IO,
): Classification = withContext(dispatcher) { classify(context, uri, options) }

/** Opens and hands over, or closes again when the caller has been cancelled meanwhile. */
internal suspend fun <T : AutoCloseable> opened(
    dispatcher: CoroutineDispatcher,
    open: () -> T,
): T {
    var made: T? = null
    var handedOver = false
    try {
        return withContext(dispatcher) { open().also { made = it } }.also { handedOver = true }
    } finally {
        if (!handedOver) made?.close()
    }
}

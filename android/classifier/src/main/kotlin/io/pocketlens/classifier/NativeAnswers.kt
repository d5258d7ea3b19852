package io.pocketlens.classifier

import android.graphics.Bitmap
import org.json.JSONObject

private const val FIGURES = 4

/** The texts that describe the package itself. */
private const val DESCRIBED = 5

/** The typed description of a package. */
@Suppress("DestructuringDeclarationWithTooManyEntries") // As NativeModel lists them.
internal fun modelInfo(native: NativeModel): ModelInfo {
    val (name, title, runtimeVersion, weights, manifest) = native.texts
    return ModelInfo(
        name = name,
        title = title,
        version = JSONObject(manifest).getString("version"),
        runtimeVersion = runtimeVersion,
        weights = weights,
        manifest = manifest,
        parityTolerance = native.parityTolerance,
        languages = native.languages.asList(),
        labels = labels(native),
        backend = backend(native),
    )
}

private fun backend(native: NativeModel): Backend? {
    val (asked, used, reason) = native.texts.drop(DESCRIBED)
    if (used.isEmpty()) return null
    return Backend(
        asked = asked,
        used = used,
        difference = native.backendDifference.takeIf { it >= 0 },
        reason = reason,
        embeddingDifference = native.embeddingDifference.takeIf { it >= 0 },
    )
}

private fun labels(native: NativeModel): List<Label> {
    val parents = List(native.mids.size) { ArrayList<Int>() }
    val children = List(native.mids.size) { ArrayList<Int>() }
    for (pair in native.hierarchy.indices step 2) {
        val parent = native.hierarchy[pair]
        val child = native.hierarchy[pair + 1]
        parents[child].add(parent)
        children[parent].add(child)
    }
    val statuses = ThresholdStatus.values()
    return List(native.mids.size) {
        label(native, it, statuses[native.counts[2 * it]], parents[it], children[it])
    }
}

private fun label(
    native: NativeModel,
    index: Int,
    status: ThresholdStatus,
    parents: List<Int>,
    children: List<Int>,
): Label {
    fun figure(place: Int): Float = native.figures[FIGURES * index + place]

    return Label(
        index = index,
        mid = native.mids[index],
        name = native.names[index],
        threshold = figure(0),
        status = status,
        precision = figure(1).takeIf { it >= 0 },
        recall = figure(2).takeIf { it >= 0 },
        f1 = figure(3).takeIf { it >= 0 },
        support = native.counts[2 * index + 1].takeIf { it >= 0 },
        parents = parents,
        children = children,
    )
}

/** The typed answer to one picture. */
internal fun NativeResult.typed(
    labels: List<Label>,
    decodeMillis: Double = 0.0,
): Classification {
    val taught = taughtLabels(labels)

    fun scored(
        index: Int,
        score: Float,
        probability: Float,
    ) = (labels.getOrNull(index) ?: taught[index])?.let { ScoredLabel(it, score, probability) }

    return Classification(
        labels = indices.indices.mapNotNull { scored(indices[it], scores[2 * it], scores[2 * it + 1]) },
        headline = scored(headlineIndex, headlineScore, headlineProbability),
        guess = scored(guessIndex, guessScore, guessProbability),
        timings = Timings(decodeMillis, timings[0], timings[1], timings[2]),
        probabilities = probabilities,
        embedding = embedding,
        familiarity = familiarity.takeIf { it >= 0 },
    )
}

/** The taught labels that are named, by index; one that corrects a label of the model has its place. */
private fun NativeResult.taughtLabels(labels: List<Label>): Map<Int, Label> =
    taughtIndices.withIndex().associate { (i, index) ->
        val mid = taughtTexts[2 * i]
        val corrected = labels.firstOrNull { it.mid == mid }
        index to
            Label(
                index = index,
                mid = mid,
                name = taughtTexts[2 * i + 1],
                threshold = taughtThresholds[i],
                status = ThresholdStatus.TAUGHT,
                parents = corrected?.parents.orEmpty(),
                children = corrected?.children.orEmpty(),
            )
    }

/**
 * What the native core must know of a frame's planes: width, height, rotation, mirror, matrix, range,
 * then row and pixel stride of Y, U and V.
 */
internal fun YuvFrame.layout(): IntArray =
    intArrayOf(
        width,
        height,
        rotation,
        if (mirror) 1 else 0,
        matrix.ordinal,
        range.ordinal,
        y.rowStride,
        y.pixelStride,
        u.rowStride,
        u.pixelStride,
        v.rowStride,
        v.pixelStride,
    )

/** The bitmap, when native code may look at it: older systems abort the process over some. */
internal fun readable(bitmap: Bitmap): Bitmap {
    if (bitmap.isRecycled) {
        throw ClassifierException(
            ErrorCode.BAD_FRAME,
            "The bitmap has been recycled. Classify it before it is freed.",
        )
    }
    if (bitmap.config == Bitmap.Config.HARDWARE) {
        throw ClassifierException(
            ErrorCode.UNSUPPORTED_FORMAT,
            "The bitmap is a hardware bitmap, whose pixels cannot be read. Copy it with " +
                "Bitmap.Config.ARGB_8888.",
        )
    }
    return bitmap
}

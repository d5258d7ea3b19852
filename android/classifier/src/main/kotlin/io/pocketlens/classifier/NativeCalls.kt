package io.pocketlens.classifier

import android.graphics.Bitmap
import java.nio.ByteBuffer

/**
 * The native core's functions, bound by name in `jni/android/jni.cc`. Each throws
 * [ClassifierException] when it fails. A handle that is unknown or closed gives
 * [ErrorCode.CLOSED], never a crash.
 */
@Suppress("LongParameterList") // Plain numbers cross the border to native code fastest.
internal object NativeCalls {
    /** Opens a package folder or zip and builds its model. */
    @JvmStatic
    external fun open(
        path: String,
        threads: Int,
        affinity: Int,
        fp16: Boolean,
        device: Int,
        trialFile: String,
        oddsFactor: Double,
    ): Long

    /** As [open] for a zip inside an open file; the descriptor is not kept. */
    @JvmStatic
    external fun openDescriptor(
        descriptor: Int,
        offset: Long,
        length: Long,
        threads: Int,
        affinity: Int,
        fp16: Boolean,
        device: Int,
        trialFile: String,
        oddsFactor: Double,
    ): Long

    /** Reads and checks a package with its hashes without building its model. */
    @JvmStatic
    external fun inspect(path: String): NativeModel

    @JvmStatic
    external fun describe(handle: Long): NativeModel

    @JvmStatic
    external fun names(
        handle: Long,
        language: String,
    ): Array<String>

    @JvmStatic
    external fun classifyBitmap(
        handle: Long,
        bitmap: Bitmap,
        rotation: Int,
        mirror: Boolean,
        region: DoubleArray?,
        topK: Int,
        leastScore: Float,
        allow: Array<String>?,
        deny: Array<String>?,
    ): NativeResult

    /** [layout]: see [YuvFrame.layout]. */
    @JvmStatic
    external fun classifyPlanes(
        handle: Long,
        y: ByteBuffer,
        u: ByteBuffer,
        v: ByteBuffer,
        layout: IntArray,
        region: DoubleArray?,
        topK: Int,
        leastScore: Float,
        allow: Array<String>?,
        deny: Array<String>?,
    ): NativeResult

    /** The input tensor that [classifyBitmap] would feed. */
    @JvmStatic
    external fun preprocessBitmap(
        handle: Long,
        bitmap: Bitmap,
        rotation: Int,
        mirror: Boolean,
        region: DoubleArray?,
    ): FloatArray

    /** The input tensor that [classifyPlanes] would feed. */
    @JvmStatic
    external fun preprocessPlanes(
        handle: Long,
        y: ByteBuffer,
        u: ByteBuffer,
        v: ByteBuffer,
        layout: IntArray,
        region: DoubleArray?,
    ): FloatArray

    /** A ready input tensor through the model. */
    @JvmStatic
    external fun runTensor(
        handle: Long,
        input: FloatArray,
    ): FloatArray

    /** Labels and headline for probabilities from elsewhere; see [Classifier.rank]. */
    @JvmStatic
    external fun rank(
        handle: Long,
        probabilities: FloatArray,
        embedding: FloatArray?,
        topK: Int,
        leastScore: Float,
        allow: Array<String>?,
        deny: Array<String>?,
    ): NativeResult

    /** The older demo's `label:score;` text. */
    @JvmStatic
    external fun legacyScoreText(
        handle: Long,
        probabilities: FloatArray,
    ): String

    /** Closes a handle; one that is closed already stays so. */
    @JvmStatic
    external fun close(handle: Long)

    @JvmStatic
    external fun runtimeVersion(): String
}

/** The native core's description of a package; made by `jni/android/results.cc`. */
internal class NativeModel(
    /** name, title, runtime version, weights variant, manifest; backend: asked, used, reason. */
    val texts: Array<String>,
    val parityTolerance: Double,
    /** −1 where the backend was not checked. */
    val backendDifference: Double,
    /** −1 where the backend's embedding was not checked. */
    val embeddingDifference: Double,
    val languages: Array<String>,
    val mids: Array<String>,
    val names: Array<String>,
    /** Four numbers a label: threshold, precision, recall, f1; −1 where there is none. */
    val figures: FloatArray,
    /** Two numbers a label: threshold status, support; −1 where there is none. */
    val counts: IntArray,
    /** Pairs of label indices: parent, child. */
    val hierarchy: IntArray,
)

/** The native core's answer to one picture; made by `jni/android/results.cc`. */
internal class NativeResult(
    val indices: IntArray,
    /** Two numbers an index: score, probability. */
    val scores: FloatArray,
    /** The place of the headline's index, −1 when not sure; followed by nothing else. */
    val headlineIndex: Int,
    val headlineScore: Float,
    val headlineProbability: Float,
    /** As those of the headline, for the guess. */
    val guessIndex: Int,
    val guessScore: Float,
    val guessProbability: Float,
    /** Milliseconds: preprocess, inference, scores. */
    val timings: DoubleArray,
    val probabilities: FloatArray,
    /** Empty where the package has none. */
    val embedding: FloatArray,
    /** −1 where the package does not say what it knows. */
    val familiarity: Float,
    /** The taught labels that are named: index, two texts (mid, name) and threshold of each. */
    val taughtIndices: IntArray,
    val taughtTexts: Array<String>,
    val taughtThresholds: FloatArray,
)

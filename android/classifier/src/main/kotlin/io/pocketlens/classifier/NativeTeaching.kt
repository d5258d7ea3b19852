package io.pocketlens.classifier

import android.graphics.Bitmap
import java.nio.ByteBuffer

/**
 * The native core's functions for teaching, bound by name in `jni/android/teaching.cc`. Each throws
 * [ClassifierException] when it fails; a handle that is unknown or closed gives [ErrorCode.CLOSED].
 */
@Suppress("LongParameterList") // As the native core has them.
internal object NativeTeaching {
    /** A new set without labels for a classifier's embedding. */
    @JvmStatic
    external fun empty(classifier: Long): Long

    /** The set in a file. */
    @JvmStatic
    external fun openSet(
        classifier: Long,
        path: String,
    ): Long

    /** The set in a file's bytes. */
    @JvmStatic
    external fun read(
        classifier: Long,
        bytes: ByteArray,
    ): Long

    /** A file's bytes. */
    @JvmStatic
    external fun write(set: Long): ByteArray

    @JvmStatic
    external fun list(set: Long): NativeTaught

    @JvmStatic
    external fun save(
        set: Long,
        path: String,
    )

    @JvmStatic
    external fun remove(
        set: Long,
        mid: String,
    )

    @JvmStatic
    external fun removePicture(
        set: Long,
        mid: String,
        picture: Int,
    )

    @JvmStatic
    external fun rename(
        set: Long,
        mid: String,
        name: String,
    )

    @JvmStatic
    external fun merge(
        set: Long,
        others: Long,
    )

    /** Closes a handle; one that is closed already stays so. */
    @JvmStatic
    external fun closeSet(set: Long)

    /** 0: nothing taught is looked for any more. */
    @JvmStatic
    external fun use(
        classifier: Long,
        set: Long,
    )

    @JvmStatic
    external fun teachBitmap(
        classifier: Long,
        set: Long,
        name: String,
        bitmap: Bitmap,
        rotation: Int,
        mirror: Boolean,
        region: DoubleArray?,
    ): NativeTaughtPicture

    /** [layout]: see [YuvFrame.layout]. */
    @JvmStatic
    external fun teachPlanes(
        classifier: Long,
        set: Long,
        name: String,
        y: ByteBuffer,
        u: ByteBuffer,
        v: ByteBuffer,
        layout: IntArray,
        region: DoubleArray?,
    ): NativeTaughtPicture
}

/** The labels of a set; made by `jni/android/results.cc`. */
internal class NativeTaught(
    /** Two texts a label: mid, name. */
    val texts: Array<String>,
    /** The pictures' ids, label after label. */
    val pictures: Array<String>,
    /** The number of pictures of each label. */
    val counts: IntArray,
    /** Two numbers a label: threshold, agreement (−1: none). */
    val figures: FloatArray,
)

/** What came of a picture that was taught; made by `jni/android/results.cc`. */
internal class NativeTaughtPicture(
    /** mid, name, the picture's id. */
    val texts: Array<String>,
    val pictures: Int,
    val saysLittle: Int,
    /** −1: there is none. */
    val likeness: Float,
    val agreement: Float,
)

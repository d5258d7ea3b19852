package io.pocketlens.classifier

import androidx.annotation.WorkerThread
import java.io.File

/**
 * Labels that somebody has taught with a few pictures each: [Classifier.newTaughtLabels] begins a set,
 * [Classifier.openTaughtLabels] and [Classifier.readTaughtLabels] open one that was saved,
 * [Classifier.teach] adds pictures and [Classifier.useTaught] makes a classifier look for them. A set
 * belongs to the embedding of the packages it was taught with. Safe to use from several threads: a
 * classifier that uses it sees every change with its next picture. Its owner closes it; a call on a
 * closed set fails with [ErrorCode.CLOSED], a classifier that uses it goes on knowing its labels.
 */
public interface TaughtLabels : AutoCloseable {
    /** The labels as they stand, in the order in which they were begun. */
    @Throws(ClassifierException::class)
    public fun list(): List<TaughtLabel>

    /** Takes a label away. [ErrorCode.UNKNOWN_TAUGHT] where there is none with this [mid]. */
    @Throws(ClassifierException::class)
    public fun remove(mid: String)

    /**
     * Takes away the picture at place [picture] of [TaughtLabel.pictures]; the label goes with its
     * last one. [ErrorCode.UNKNOWN_TAUGHT] where there is no such label or picture.
     */
    @Throws(ClassifierException::class)
    public fun removePicture(
        mid: String,
        picture: Int,
    )

    /** Gives a label another [name]; its [mid] stays. [ErrorCode.BAD_TAUGHT_LABEL] for one it cannot have. */
    @Throws(ClassifierException::class)
    public fun rename(
        mid: String,
        name: String,
    )

    /**
     * Takes over the labels of [others], all or none: what is not there is added, and a label that is
     * there gets the pictures that it does not have. [ErrorCode.OTHER_EMBEDDING], [ErrorCode.TOO_LARGE].
     */
    @Throws(ClassifierException::class)
    public fun addAll(others: TaughtLabels)

    /** The bytes of a `.taught` file, to share it. */
    @Throws(ClassifierException::class)
    public fun toBytes(): ByteArray

    /** Writes a `.taught` file in the place of what was there, whole or not at all: [ErrorCode.CANNOT_WRITE]. */
    @WorkerThread
    @Throws(ClassifierException::class)
    public fun save(file: File)

    /** Frees the set, with the last classifier that uses it. Closing twice does nothing. */
    override fun close()
}

/**
 * A label as it was taught. [mid] is `own/slug`, or the MID of a label of the package that it corrects;
 * [pictures] are ids that stay the same on every device. From the similarity [threshold] on it is
 * sure; [agreement] is how like the others each of its pictures is, null where there is one alone.
 */
public data class TaughtLabel(
    val mid: String,
    val name: String,
    val pictures: List<String>,
    val threshold: Float,
    val agreement: Float? = null,
)

/**
 * What came of a picture that was taught: the label it now belongs to, with so many [pictures], and
 * the picture's own [id]. [likeness] is its similarity to the most similar earlier picture of the
 * label, null for the first; where it [saysLittle], that one shows nearly the same: another side of
 * the thing, or another place, teaches more.
 */
public data class TaughtPicture(
    val mid: String,
    val name: String,
    val id: String,
    val pictures: Int,
    val likeness: Float? = null,
    val saysLittle: Boolean = false,
    val agreement: Float? = null,
)

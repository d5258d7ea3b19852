package io.pocketlens.classifier.testing

import io.pocketlens.classifier.ClassifierException
import io.pocketlens.classifier.ErrorCode
import io.pocketlens.classifier.TaughtLabel
import io.pocketlens.classifier.TaughtLabels
import io.pocketlens.classifier.TaughtPicture
import java.io.File
import java.io.IOException
import java.util.concurrent.atomic.AtomicInteger

/**
 * The [TaughtLabels] of a [FakeClassifier], without native code: a list of names and of pictures that
 * are numbers. Its file is text and no `.taught` file.
 */
public class FakeTaughtLabels internal constructor(
    labels: List<TaughtLabel>,
) : TaughtLabels {
    private var labels = labels

    /** Whether the owner has closed it. */
    @Volatile
    public var isClosed: Boolean = false
        private set

    /** The labels, also of a set that has been closed: who uses it goes on knowing them. */
    internal val now: List<TaughtLabel>
        @Synchronized get() = labels

    @Synchronized
    override fun list(): List<TaughtLabel> {
        check()
        return labels
    }

    @Synchronized
    override fun remove(mid: String) {
        val label = find(mid)
        labels = labels - label
    }

    @Synchronized
    override fun removePicture(
        mid: String,
        picture: Int,
    ) {
        val label = find(mid)
        val id = label.pictures.getOrNull(picture) ?: throw unknown("picture $picture of $mid")
        val left = label.copy(pictures = label.pictures - id)
        labels = labels.mapNotNull { if (it.mid == mid) left.takeIf { left.pictures.isNotEmpty() } else it }
    }

    @Synchronized
    override fun rename(
        mid: String,
        name: String,
    ) {
        val label = find(mid).copy(name = named(name))
        labels = labels.map { if (it.mid == mid) label else it }
    }

    @Synchronized
    override fun addAll(others: TaughtLabels) {
        check()
        val more = others.list()
        val there = labels.map { label -> label.with(more.firstOrNull { it.mid == label.mid }?.pictures.orEmpty()) }
        labels = there + more.filter { label -> there.none { it.mid == label.mid } }
    }

    override fun toBytes(): ByteArray =
        list()
            .joinToString("\n", "$HEAD\n") { (listOf(it.mid, it.name) + it.pictures).joinToString("\t") }
            .toByteArray()

    override fun save(file: File) {
        try {
            file.writeBytes(toBytes())
        } catch (error: IOException) {
            throw ClassifierException(ErrorCode.CANNOT_WRITE, "$file cannot be written: ${error.message}", error)
        }
    }

    override fun close() {
        isClosed = true
    }

    @Synchronized
    internal fun add(
        mid: String,
        name: String,
        likeness: Float,
    ): TaughtPicture {
        check()
        val id = "picture-${numbers.incrementAndGet()}"
        val before = labels.firstOrNull { it.mid == mid }
        val begun = before ?: TaughtLabel(mid, named(name), emptyList(), THRESHOLD)
        val label = begun.copy(name = named(name)).with(listOf(id))
        labels = if (before == null) labels + label else labels.map { if (it.mid == mid) label else it }
        val like = likeness.takeIf { before != null }
        return TaughtPicture(mid, name, id, label.pictures.size, like, (like ?: 0f) >= SAYS_LITTLE, label.agreement)
    }

    private fun find(mid: String): TaughtLabel = list().firstOrNull { it.mid == mid } ?: throw unknown("label $mid")

    private fun TaughtLabel.with(more: List<String>): TaughtLabel {
        val all = (pictures + more).distinct()
        return copy(pictures = all, agreement = AGREEMENT.takeIf { all.size > 1 })
    }

    private fun named(name: String): String =
        name.takeIf { it.isNotBlank() && it == it.trim() }
            ?: throw ClassifierException(ErrorCode.BAD_TAUGHT_LABEL, "The name \"$name\" cannot be used.")

    private fun unknown(what: String) = ClassifierException(ErrorCode.UNKNOWN_TAUGHT, "There is no taught $what.")

    private fun check() {
        if (isClosed) throw ClassifierException(ErrorCode.CLOSED, "The taught labels have been closed.")
    }

    internal companion object {
        private const val HEAD = "fake taught labels"
        private const val THRESHOLD = 0.4f
        private const val AGREEMENT = 0.6f
        private const val SAYS_LITTLE = 0.75f
        private val numbers = AtomicInteger()

        fun of(bytes: ByteArray): FakeTaughtLabels {
            val lines = String(bytes).lines()
            if (lines.first() != HEAD) throw ClassifierException(ErrorCode.BAD_TAUGHT, "These are no taught labels.")
            val rows = lines.drop(1).filter { it.isNotEmpty() }.map { it.split('\t') }
            return FakeTaughtLabels(rows.map { TaughtLabel(it[0], it[1], it.drop(2), THRESHOLD) })
        }
    }
}

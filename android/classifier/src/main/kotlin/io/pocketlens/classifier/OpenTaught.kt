package io.pocketlens.classifier

import java.io.File

/** The [TaughtLabels] that live in the native core. */
internal class OpenTaught(
    val handle: Long,
) : TaughtLabels {
    private val watch = LeakGuard.watch(this, "A set of taught labels", handle, NativeTeaching::closeSet)

    override fun list(): List<TaughtLabel> = NativeTeaching.list(handle).typed()

    override fun remove(mid: String) = NativeTeaching.remove(handle, mid)

    override fun removePicture(
        mid: String,
        picture: Int,
    ) = NativeTeaching.removePicture(handle, mid, picture)

    override fun rename(
        mid: String,
        name: String,
    ) = NativeTeaching.rename(handle, mid, name)

    override fun addAll(others: TaughtLabels) = NativeTeaching.merge(handle, native(others).handle)

    override fun toBytes(): ByteArray = NativeTeaching.write(handle)

    override fun save(file: File) = NativeTeaching.save(handle, file.path)

    override fun close() {
        LeakGuard.forget(watch)
        NativeTeaching.closeSet(handle)
    }

    companion object {
        /** The set itself; another implementation's labels mean nothing to the native core. */
        fun native(set: TaughtLabels): OpenTaught =
            set as? OpenTaught ?: throw ClassifierException(
                ErrorCode.OTHER_EMBEDDING,
                "These taught labels are not of the native core. Use a set that this classifier has made.",
            )
    }
}

private fun NativeTaught.typed(): List<TaughtLabel> {
    var next = 0
    return counts.mapIndexed { i, count ->
        TaughtLabel(
            mid = texts[2 * i],
            name = texts[2 * i + 1],
            pictures = pictures.asList().subList(next, next + count).also { next += count },
            threshold = figures[2 * i],
            agreement = figures[2 * i + 1].takeIf { count > 1 },
        )
    }
}

internal fun NativeTaughtPicture.typed(): TaughtPicture {
    val (mid, name, id) = texts
    val later = pictures > 1
    return TaughtPicture(
        mid,
        name,
        id,
        pictures,
        likeness.takeIf { later },
        saysLittle != 0,
        agreement.takeIf { later },
    )
}

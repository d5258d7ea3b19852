package io.pocketlens.app.golden

import java.awt.image.BufferedImage
import java.awt.image.IndexColorModel

/** Brings a picture down to 256 colours by median cut: boxes of colours are halved where they are longest. */
object Palette {
    private const val COLOURS = 256

    private const val KEYS = 1 shl 18

    /** Keeps the upper six bits of every channel. */
    private fun key(rgb: Int) = (rgb shr 18 and 63 shl 12) or (rgb shr 10 and 63 shl 6) or (rgb shr 2 and 63)

    private fun colour(key: Int) =
        intArrayOf(
            (key shr 12 and 63) * 255 / 63,
            (key shr 6 and 63) * 255 / 63,
            (key and 63) * 255 / 63,
        )

    fun reduce(image: BufferedImage): BufferedImage {
        val counts = IntArray(KEYS)
        for (y in 0 until image.height) for (x in 0 until image.width) counts[key(image.getRGB(x, y))]++
        val boxes = boxes(counts)
        val place = IntArray(KEYS)
        boxes.forEachIndexed { i, box -> box.forEach { place[it] = i } }
        val palette =
            IndexColorModel(
                8,
                boxes.size,
                channel(boxes, counts, 0),
                channel(boxes, counts, 1),
                channel(boxes, counts, 2),
            )
        val reduced = BufferedImage(image.width, image.height, BufferedImage.TYPE_BYTE_INDEXED, palette)
        for (y in 0 until image.height) {
            for (x in 0 until image.width) reduced.raster.setSample(x, y, 0, place[key(image.getRGB(x, y))])
        }
        return reduced
    }

    private fun boxes(counts: IntArray): List<List<Int>> {
        val boxes = arrayListOf(counts.indices.filter { counts[it] > 0 })
        while (boxes.size < COLOURS) {
            val widest = boxes.filter { it.size > 1 }.maxByOrNull { weight(it, counts) } ?: break
            boxes.remove(widest)
            val axis = (0..2).maxByOrNull { spread(widest, it) } ?: 0
            val sorted = widest.sortedBy { colour(it)[axis] }
            boxes.add(sorted.subList(0, sorted.size / 2))
            boxes.add(sorted.subList(sorted.size / 2, sorted.size))
        }
        return boxes
    }

    private fun weight(
        box: List<Int>,
        counts: IntArray,
    ): Double = (0..2).maxOf { spread(box, it) } * Math.sqrt(box.sumOf { counts[it] }.toDouble())

    private fun spread(
        box: List<Int>,
        axis: Int,
    ): Int = box.maxOf { colour(it)[axis] } - box.minOf { colour(it)[axis] }

    private fun channel(
        boxes: List<List<Int>>,
        counts: IntArray,
        axis: Int,
    ) = ByteArray(boxes.size) { i ->
        val total = boxes[i].sumOf { counts[it] }
        (boxes[i].sumOf { colour(it)[axis].toLong() * counts[it] } / total).toByte()
    }
}

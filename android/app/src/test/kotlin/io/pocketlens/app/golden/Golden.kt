package io.pocketlens.app.golden

import android.graphics.Bitmap
import org.junit.Assert.assertTrue
import org.junit.Assert.fail
import java.awt.image.BufferedImage
import java.io.File
import javax.imageio.ImageIO
import kotlin.math.abs

/**
 * Compares a screenshot with the picture kept in `src/test/golden`.
 *
 * Both are halved, so that a picture is as large as the screen has density-independent pixels, and
 * brought down to 256 colours, so that all of them stay small. A channel may differ by
 * [CHANNEL_TOLERANCE], and [PIXEL_TOLERANCE] of the pixels by more: fonts and curves come out a
 * little different on other processors.
 */
object Golden {
    private const val CHANNEL_TOLERANCE = 26
    private const val PIXEL_TOLERANCE = 0.002
    private const val UPDATE = "pocketlens.goldens"
    private const val COMMAND = "android/headless/build.sh screens"

    private val kept = File(System.getProperty("pocketlens.root") ?: "../..", "android/app/src/test/golden")
    private val found = File(System.getProperty("pocketlens.target") ?: "target", "golden")

    /** Puts a picture beside the others without comparing it: it shows what the present model says. */
    fun leave(
        name: String,
        screen: Bitmap,
    ) = write(Palette.reduce(halved(screen)), File(found, "$name.png"))

    fun check(
        name: String,
        screen: Bitmap,
    ) {
        val now = Palette.reduce(halved(screen))
        write(now, File(found, "$name.png"))
        val file = File(kept, "$name.png")
        if (System.getProperty(UPDATE) == "update") return write(now, file)
        assertTrue(
            "There is no golden picture $file. Look at ${File(found, "$name.png")} and run: $COMMAND",
            file.isFile,
        )
        compare(name, ImageIO.read(file), now)
    }

    internal fun compare(
        name: String,
        then: BufferedImage,
        now: BufferedImage,
    ) {
        val sizes = "${then.width} x ${then.height} kept, ${now.width} x ${now.height} now"
        if (then.width != now.width ||
            then.height != now.height
        ) {
            fail("$name has another size: $sizes. ${advice(name)}")
        }
        val share = different(then, now) / (now.width.toDouble() * now.height)
        if (share > PIXEL_TOLERANCE) {
            fail("$name looks different: ${"%.2f".format(share * 100)} % of its pixels. ${advice(name)}")
        }
    }

    private fun advice(name: String) =
        "Compare ${File(found, "$name.png")} with the kept one; if it is right, run: $COMMAND"

    private fun different(
        then: BufferedImage,
        now: BufferedImage,
    ): Int {
        var count = 0
        for (y in 0 until now.height) {
            for (x in 0 until now.width) {
                if (differ(
                        then.getRGB(x, y),
                        now.getRGB(x, y),
                    )
                ) {
                    count++
                }
            }
        }
        return count
    }

    private fun differ(
        a: Int,
        b: Int,
    ): Boolean = listOf(16, 8, 0).any { abs((a shr it and 255) - (b shr it and 255)) > CHANNEL_TOLERANCE }

    private fun halved(screen: Bitmap): BufferedImage {
        val small = BufferedImage(screen.width / 2, screen.height / 2, BufferedImage.TYPE_INT_RGB)
        val pixels = IntArray(screen.width * screen.height)
        screen.getPixels(pixels, 0, screen.width, 0, 0, screen.width, screen.height)
        for (y in 0 until small.height) {
            for (x in 0 until small.width) small.setRGB(x, y, mean(pixels, 2 * x + 2 * y * screen.width, screen.width))
        }
        return small
    }

    private fun mean(
        pixels: IntArray,
        at: Int,
        stride: Int,
    ): Int {
        val four = intArrayOf(pixels[at], pixels[at + 1], pixels[at + stride], pixels[at + stride + 1])
        return listOf(
            16,
            8,
            0,
        ).fold(0) { rgb, shift -> rgb or ((four.sumOf { it shr shift and 255 } + 2) / 4 shl shift) }
    }

    private fun write(
        image: BufferedImage,
        file: File,
    ) {
        file.parentFile?.mkdirs()
        ImageIO.write(image, "png", file)
    }
}

package io.pocketlens.app.golden

import org.junit.Assert.assertNotNull
import org.junit.Assert.assertTrue
import org.junit.Test
import java.awt.Color
import java.awt.image.BufferedImage
import java.io.File
import javax.imageio.ImageIO

/** The comparison itself: it lets noise pass and nothing else. */
class GoldenTest {
    private val kept = File(System.getProperty("pocketlens.root"), "android/app/src/test/golden")

    private fun picture(): BufferedImage {
        val stored = ImageIO.read(File(kept, "main-sure.png"))
        return BufferedImage(stored.width, stored.height, BufferedImage.TYPE_INT_RGB).apply {
            createGraphics().drawImage(stored, 0, 0, null)
        }
    }

    private fun differs(now: BufferedImage) =
        runCatching { Golden.compare("a picture", picture(), Palette.reduce(now)) }.exceptionOrNull()

    @Test
    fun theSamePicturePasses() {
        Golden.compare("a picture", picture(), picture())
    }

    @Test
    fun noisePasses() {
        val noisy = picture()
        for (y in 0 until noisy.height) {
            for (x in 0 until noisy.width) {
                noisy.setRGB(
                    x,
                    y,
                    noisy.getRGB(x, y) xor 0x010101,
                )
            }
        }
        assertTrue("${differs(noisy)}", differs(noisy) == null)
    }

    @Test
    fun aPatchOfAThumbnailsSizeFails() {
        val patched = picture()
        patched.createGraphics().run {
            color = Color.MAGENTA
            fillRect(20, 600, 60, 20)
        }
        assertNotNull(differs(patched))
    }

    @Test
    fun anotherSizeFails() {
        assertNotNull(differs(picture().getSubimage(0, 0, 200, 200)))
    }

    @Test
    fun allPicturesTogetherStaySmall() {
        val bytes = kept.listFiles().orEmpty().sumOf { it.length() }
        assertTrue("$bytes bytes of golden pictures", bytes in 1..4_000_000)
    }
}

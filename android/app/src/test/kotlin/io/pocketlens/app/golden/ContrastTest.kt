package io.pocketlens.app.golden

import android.app.Application
import androidx.compose.material3.ColorScheme
import androidx.compose.material3.darkColorScheme
import androidx.compose.material3.dynamicLightColorScheme
import androidx.compose.material3.lightColorScheme
import androidx.compose.ui.graphics.Color
import androidx.compose.ui.graphics.luminance
import androidx.compose.ui.graphics.toArgb
import androidx.test.core.app.ApplicationProvider
import io.pocketlens.app.ui.theme.DarkColors
import io.pocketlens.app.ui.theme.LightColors
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.annotation.Config
import java.awt.image.BufferedImage
import java.io.File
import javax.imageio.ImageIO
import kotlin.math.abs

/** WCAG 2.1, 1.4.11: what must be seen to understand a picture has a contrast of at least 3:1 to what is beside it. */
@RunWith(RobolectricTestRunner::class)
@Config(sdk = [34], qualifiers = Forms.PHONE)
class ContrastTest {
    private val kept = File(System.getProperty("pocketlens.root"), "android/app/src/test/golden")

    /** The contrast of an unsure bar to its track, both of which the picture must show. */
    private fun contrast(
        name: String,
        colors: ColorScheme,
    ): Double {
        val picture = ImageIO.read(File(kept, "$name.png"))
        val (fill, track) = colors.outline to colors.surfaceContainerHighest
        assertTrue("$name has no pixel of its bars' colours", has(picture, fill) && has(picture, track))
        return contrast(fill, track)
    }

    private fun has(
        picture: BufferedImage,
        color: Color,
    ): Boolean {
        val argb = color.toArgb()
        for (y in picture.height / 2 until picture.height) {
            for (x in 0 until picture.width) if (near(picture.getRGB(x, y), argb)) return true
        }
        return false
    }

    /** Goldens have 256 colours. */
    private fun near(
        a: Int,
        b: Int,
    ) = listOf(16, 8, 0).all { abs((a shr it and 255) - (b shr it and 255)) <= 6 }

    private fun contrast(
        a: Color,
        b: Color,
    ): Double {
        val light = maxOf(a.luminance(), b.luminance()) + .05
        val dark = minOf(a.luminance(), b.luminance()) + .05
        return light / dark
    }

    @Test
    fun barsStandOutInEveryPicture() {
        assertTrue(contrast("main-sure", LightColors) >= 3)
        assertTrue(contrast("main-unsure", LightColors) >= 3)
        assertTrue(contrast("main-api26", LightColors) >= 3)
    }

    @Test
    fun barsStandOutInThePhonesOwnColours() {
        val app = ApplicationProvider.getApplicationContext<Application>()
        assertTrue(contrast("main-api34", dynamicLightColorScheme(app)) >= 3)
    }

    /** Colours by the names of their roles; those that stay the same by day and night are not used. */
    private fun roles(colors: ColorScheme): Map<String, Long> =
        ColorScheme::class.java.methods
            .filter { it.name.startsWith("get") && it.returnType == Long::class.java && "Fixed" !in it.name }
            .associate { it.name.removePrefix("get").substringBefore('-') to it.invoke(colors) as Long }

    @Test
    fun noRoleIsLeftToMaterialsPurple() {
        for ((ours, plain) in listOf(LightColors to lightColorScheme(), DarkColors to darkColorScheme())) {
            val theirs = roles(plain)
            assertTrue("${theirs.keys}", theirs.size > 30)
            val left = roles(ours).filter { (role, color) -> color == theirs[role] && Color(color.toULong()) !in GREYS }
            assertEquals(emptySet<String>(), left.keys)
        }
    }

    @Test
    fun textStandsOutInEveryScheme() {
        for (colors in listOf(LightColors, DarkColors)) {
            assertTrue(contrast(colors.onSurface, colors.surface) >= 4.5)
            assertTrue(contrast(colors.onSurfaceVariant, colors.surface) >= 4.5)
            assertTrue(contrast(colors.onSurfaceVariant, colors.surfaceContainerLow) >= 4.5)
            assertTrue(contrast(colors.primary, colors.surface) >= 4.5)
            assertTrue(contrast(colors.onPrimary, colors.primary) >= 4.5)
            assertTrue(contrast(colors.primary, colors.surfaceContainerHighest) >= 3)
            assertTrue(contrast(colors.outline, colors.surfaceContainerHighest) >= 3)
            assertTrue(contrast(colors.onErrorContainer, colors.errorContainer) >= 4.5)
            assertTrue("what is chosen", contrast(colors.primary, colors.surfaceContainerLow) >= 3)
            assertTrue(contrast(colors.inverseOnSurface, colors.inverseSurface) >= 4.5)
            assertTrue(contrast(colors.inversePrimary, colors.inverseSurface) >= 4.5)
        }
    }

    private companion object {
        val GREYS = setOf(Color.White, Color.Black)
    }
}

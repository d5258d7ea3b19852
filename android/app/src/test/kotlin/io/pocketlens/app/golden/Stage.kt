package io.pocketlens.app.golden

import android.graphics.Bitmap
import android.graphics.BitmapFactory
import android.graphics.Canvas
import android.graphics.Color
import android.os.Looper
import android.view.View
import androidx.activity.ComponentActivity
import androidx.activity.enableEdgeToEdge
import androidx.compose.foundation.Image
import androidx.compose.runtime.Composable
import androidx.compose.runtime.CompositionLocalProvider
import androidx.compose.runtime.snapshots.Snapshot
import androidx.compose.ui.Modifier
import androidx.compose.ui.graphics.asImageBitmap
import androidx.compose.ui.layout.ContentScale
import androidx.compose.ui.platform.LocalDensity
import androidx.compose.ui.test.junit4.AndroidComposeTestRule
import androidx.compose.ui.unit.Density
import androidx.compose.ui.unit.dp
import androidx.core.graphics.Insets
import androidx.core.view.ViewCompat
import androidx.core.view.WindowInsetsCompat
import io.pocketlens.app.history.LocalDisk
import io.pocketlens.app.ui.theme.AppTheme
import kotlinx.coroutines.Dispatchers
import org.robolectric.Shadows.shadowOf
import org.robolectric.shadows.ShadowDialog
import java.io.File

/** Puts composables on a screen and takes their pictures. */
class Stage(
    private val rule: AndroidComposeTestRule<*, ComponentActivity>,
) {
    /** What [content] looks like, with the bars that a phone has and Robolectric does not. */
    fun picture(
        ownColors: Boolean = false,
        fontScale: Float = 1f,
        content: @Composable () -> Unit,
    ): Bitmap {
        rule.runOnUiThread { rule.activity.enableEdgeToEdge() }
        rule.setContent {
            val density = Density(LocalDensity.current.density, fontScale)
            CompositionLocalProvider(
                LocalDensity provides density,
                LocalDisk provides Dispatchers.Unconfined,
            ) { AppTheme(ownColors = ownColors, content = content) }
        }
        rule.waitForIdle()
        rule.runOnUiThread { bars(rule.activity) }
        rule.waitForIdle()
        return draw(rule.activity.window.decorView)
    }

    /**
     * As [picture], with the dialog or sheet that lies over it, which [opens] afterwards where it never
     * rests, as one with a text field does not.
     */
    fun pictureUnder(
        opens: (() -> Unit)? = null,
        content: @Composable () -> Unit,
    ): Bitmap {
        val screen = picture(content = content)
        opens?.let(::soon)
        val canvas = Canvas(screen)
        canvas.drawColor(Color.argb(DIM, 0, 0, 0))
        val window = checkNotNull(ShadowDialog.getLatestDialog().window)
        val over = draw(window.decorView) // a sheet is as large as the screen, a dialog stands in its middle
        canvas.drawBitmap(over, (screen.width - over.width) / 2f, (screen.height - over.height) / 2f, null)
        return screen
    }

    /** Does something and shows what came of it a second later, whether all is at rest or not. */
    private fun soon(opens: () -> Unit) {
        rule.mainClock.autoAdvance = false
        rule.runOnUiThread {
            opens()
            Snapshot.sendApplyNotifications()
        }
        repeat(FRAMES) {
            rule.mainClock.advanceTimeBy(FRAME_MS)
            rule.runOnUiThread { repeat(TASKS) { shadowOf(Looper.getMainLooper()).runOneTask() } }
        }
    }

    private fun bars(activity: ComponentActivity) {
        val dp = activity.resources.displayMetrics.density
        val bars = Insets.of(0, (STATUS_DP * dp).toInt(), 0, (NAVIGATION_DP * dp).toInt())
        val insets = WindowInsetsCompat.Builder().setInsets(WindowInsetsCompat.Type.systemBars(), bars).build()
        ViewCompat.dispatchApplyWindowInsets(activity.window.decorView, insets)
    }

    companion object {
        private const val DIM = 0x52
        private const val STATUS_DP = 28
        private const val NAVIGATION_DP = 16
        private const val FRAMES = 20
        private const val FRAME_MS = 50L
        private const val TASKS = 20 // that wait on the main thread, between two frames

        fun draw(view: View): Bitmap =
            Bitmap.createBitmap(view.width, view.height, Bitmap.Config.ARGB_8888).also { view.draw(Canvas(it)) }

        fun photo(name: String): Bitmap =
            BitmapFactory.decodeFile(File(System.getProperty("pocketlens.root"), "tests/data/photos/$name").path)

        /** Where the camera's picture would be: a TextureView is a hole in a picture that is drawn by software. */
        @Composable
        fun Preview(
            photo: String,
            modifier: Modifier,
        ) = Image(photo(photo).asImageBitmap(), null, modifier, contentScale = ContentScale.Crop)
    }
}

package io.pocketlens.app.golden

import android.Manifest
import android.app.Activity
import android.app.Application
import android.app.Dialog
import android.content.Intent
import android.graphics.Bitmap
import android.graphics.BitmapFactory
import android.graphics.Canvas
import android.graphics.Color
import android.graphics.Insets
import android.graphics.SurfaceTexture
import android.net.Uri
import android.os.Looper
import android.view.View
import android.view.WindowInsets
import android.widget.ImageView
import io.pocketlens.app.MainActivity
import io.pocketlens.app.R
import io.pocketlens.app.testing.FakeGraph
import io.pocketlens.app.testing.TestApp
import io.pocketlens.app.ui.ViewfinderView
import org.robolectric.Robolectric
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import org.robolectric.android.controller.ActivityController
import java.io.File

/** Brings screens about and takes their pictures. */
object Screens {
    private const val DIM = 0x73
    private const val STATUS_DP = 28
    private const val NAVIGATION_DP = 16

    val graph: FakeGraph get() = (RuntimeEnvironment.getApplication() as TestApp).fakes

    fun grantCamera() =
        shadowOf(RuntimeEnvironment.getApplication() as Application).grantPermissions(Manifest.permission.CAMERA)

    /** The main screen, laid out, with a place for the camera's picture. */
    fun main(): ActivityController<MainActivity> {
        val controller = Robolectric.buildActivity(MainActivity::class.java).setup()
        bars(controller.get())
        surface(controller.get())
        return controller
    }

    /** The status and navigation bars that a phone has and Robolectric does not. */
    fun bars(activity: Activity) {
        val dp = activity.resources.displayMetrics.density
        val bars = Insets.of(0, (STATUS_DP * dp).toInt(), 0, (NAVIGATION_DP * dp).toInt())
        val insets = WindowInsets.Builder().setInsets(WindowInsets.Type.systemBars(), bars).build()
        activity.window.decorView.dispatchApplyWindowInsets(insets)
        shadowOf(Looper.getMainLooper()).idle()
    }

    /** Robolectric makes no texture for a TextureView, so it is given one. */
    fun surface(activity: MainActivity): SurfaceTexture {
        idle()
        val view: ViewfinderView = activity.requireViewById(R.id.viewfinder)
        val texture = SurfaceTexture(0)
        view.onSurfaceTextureAvailable(texture, view.width, view.height)
        idle()
        return texture
    }

    /** The camera runs and delivers [frames], which the model reads. */
    fun runs(frames: Int = 1) {
        graph.settle()
        graph.cameras.current?.runs()
        graph.sees(frames)
        idle()
    }

    /**
     * Puts [photo] where the camera's picture would be: a TextureView is a hole in a picture that is
     * drawn by software.
     */
    fun show(
        activity: Activity,
        photo: String,
    ) {
        idle()
        val still: ImageView = activity.requireViewById(R.id.still)
        still.visibility = View.VISIBLE
        still.setImageBitmap(photo(photo))
        shadowOf(Looper.getMainLooper()).idle()
    }

    /** Another app shares a photo. */
    fun share(photo: Uri = Uri.parse("content://photos/1")): Intent =
        Intent(Intent.ACTION_SEND).setType("image/jpeg").putExtra(Intent.EXTRA_STREAM, photo)

    fun photo(name: String): Bitmap =
        BitmapFactory.decodeFile(File(System.getProperty("pocketlens.root"), "tests/data/photos/$name").path)

    /** Lets everything happen that waits, and lays out. */
    fun idle() {
        graph.settle()
        shadowOf(Looper.getMainLooper()).idle()
    }

    fun picture(activity: Activity): Bitmap = draw(activity.window.decorView)

    /** The sheet as it lies over the dimmed screen. */
    fun picture(
        activity: Activity,
        over: Dialog,
    ): Bitmap {
        val screen = picture(activity)
        val canvas = Canvas(screen)
        canvas.drawColor(Color.argb(DIM, 0, 0, 0))
        over.window?.decorView?.draw(canvas)
        return screen
    }

    private fun draw(view: View): Bitmap {
        val bitmap = Bitmap.createBitmap(view.width, view.height, Bitmap.Config.ARGB_8888)
        view.draw(Canvas(bitmap))
        return bitmap
    }
}

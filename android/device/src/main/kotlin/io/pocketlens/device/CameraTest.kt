package io.pocketlens.device

import android.Manifest
import android.app.Activity
import android.app.UiAutomation
import android.graphics.Matrix
import android.view.Surface
import android.view.TextureView
import android.view.View
import android.view.ViewGroup
import androidx.test.core.app.ActivityScenario
import org.junit.After
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertTrue
import org.junit.Before
import org.junit.Test
import kotlin.math.atan2
import kotlin.math.roundToInt

/** The camera screen on a real camera. A page that tells of trouble passes none of these tests. */
open class CameraTest {
    private lateinit var scenario: ActivityScenario<Activity>

    /** What is looked at. */
    internal open val screen: Screen = AccessibleScreen()

    @Before
    open fun open() {
        Device.grant(Manifest.permission.CAMERA)
        scenario = ActivityScenario.launch(Device.launchIntent())
    }

    @After
    open fun close() {
        scenario.close()
        Device.turn(UiAutomation.ROTATION_UNFREEZE)
    }

    @Test
    fun thePictureComesUpAndStays() {
        awaitPicture()
        Device.pause(SECONDS_UP * MS)
        assertTrue("${screen.texts()}", screen.says("viewfinder"))
        scenario.onActivity { assertFalse("the screen closed by itself", it.isFinishing) }
    }

    @Test
    fun aFrameIsDeliveredAndAnswered() {
        awaitPicture()
        awaitAnswer()
    }

    @Test
    fun holdStopsAndResumeGoesOn() {
        awaitPicture()
        awaitAnswer()
        screen.press("hold")
        screen.await("the picture is held") { says("held") && says("resume") }
        val seen = screen.texts()
        Device.pause(SECONDS_UP * MS)
        assertEquals("what is held does not change", seen, screen.texts())
        screen.press("resume")
        screen.await("the camera goes on") { says("hold") && !says("held") }
        awaitAnswer()
    }

    @Test
    fun turningThePhoneKeepsTheCameraGoing() {
        awaitPicture()
        for (rotation in ROTATIONS) {
            Device.turn(rotation)
            awaitPicture()
            awaitAnswer()
        }
    }

    /** Android's rule: a preview is turned back by what the display is turned, whatever the sensor. */
    @Test
    fun thePreviewStandsUprightHoweverTheScreenIsTurned() {
        for (rotation in ROTATIONS) {
            Device.turn(rotation)
            awaitPicture()
            val expected = (FULL - RIGHT_ANGLE * rotation) % FULL
            screen.await("the preview is turned by $expected degrees on a display turned by $rotation") {
                turned() == rotation to expected
            }
        }
    }

    /** The picture is there: no trouble, no permission page, and the camera runs (it can be held). */
    private fun awaitPicture() = screen.await("the camera's picture is there") { says("viewfinder") && says("hold") }

    /** A picture went through the model: neither getting ready nor looking any more. */
    private fun awaitAnswer() =
        screen.await("there is an answer") { says("viewfinder") && !says("preparing") && !says("looking") }

    /** How the display is turned and by how many degrees the camera's picture is turned on it. */
    private fun turned(): Pair<Int, Int>? {
        var found: Pair<Int, Int>? = null
        scenario.onActivity { activity ->
            val texture = below(activity.window.decorView).filterIsInstance<TextureView>().firstOrNull()

            @Suppress("DEPRECATION") // Its successor is newer than the oldest phone.
            val display = activity.windowManager.defaultDisplay.rotation
            if (texture != null) found = display to degrees(texture.getTransform(null))
        }
        return found
    }

    private fun degrees(matrix: Matrix): Int {
        val right = floatArrayOf(1f, 0f)
        matrix.mapVectors(right)
        val angle = Math.toDegrees(atan2(right[1].toDouble(), right[0].toDouble()))
        return (angle.roundToInt() + FULL) % FULL
    }

    private fun below(view: View): Sequence<View> =
        sequence {
            yield(view)
            if (view is ViewGroup) for (i in 0 until view.childCount) yieldAll(below(view.getChildAt(i)))
        }

    private companion object {
        const val SECONDS_UP = 3
        const val MS = 1000L
        const val RIGHT_ANGLE = 90
        const val FULL = 360
        val ROTATIONS = listOf(Surface.ROTATION_0, Surface.ROTATION_90, Surface.ROTATION_180, Surface.ROTATION_270)
    }
}

package io.pocketlens.app.live

import androidx.lifecycle.SavedStateHandle
import io.pocketlens.app.testing.TestApp
import io.pocketlens.app.testing.again
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import org.junit.Assert.assertEquals
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.annotation.Config

/** From "never asked" to "granted" or "never ask again". */
@RunWith(RobolectricTestRunner::class)
@Config(application = TestApp::class)
class CameraPermissionTest {
    private val phone get() = TestApp.phone
    private val saved = SavedStateHandle()
    private var requests = 0

    private fun permission(handle: SavedStateHandle = saved) =
        CameraPermission(handle, phone.memory, CoroutineScope(Dispatchers.Main.immediate)) {
            phone.clock
        }.also { phone.settle() }

    private fun CameraPermission.refuses(
        after: Long,
        rationale: Boolean,
    ) {
        ask { requests++ }
        phone.clock += after
        answered(isGranted = false, showRationale = rationale)
        phone.settle()
    }

    @Test
    fun aRefusalIsRemembered() {
        val permission = permission()
        permission.look(isGranted = false, showRationale = false)
        assertEquals(PermissionNeed.FIRST, permission.need.value)
        permission.refuses(after = 3000, rationale = true)
        assertEquals(PermissionNeed.REFUSED, permission.need.value)
        assertTrue(phone.memory.refused)
        permission.refuses(after = 3000, rationale = false)
        assertEquals(PermissionNeed.BLOCKED, permission.need.value)
    }

    @Test
    fun noDialogAtAllMeansBlocked() {
        val permission = permission()
        permission.refuses(after = 5, rationale = false)
        assertEquals(PermissionNeed.BLOCKED, permission.need.value)
    }

    @Test
    fun aDoubleTapAsksOnce() {
        val permission = permission()
        permission.ask { requests++ }
        permission.ask { requests++ }
        assertEquals(1, requests)
        assertEquals("not blocked behind the dialog", PermissionNeed.FIRST, permission.need.value)
        permission.resumed()
        permission.ask { requests++ }
        assertEquals("and again when nobody asks any more", 2, requests)
    }

    @Test
    fun blockedSurvivesARotationAndTheProcess() {
        permission().refuses(after = 5, rationale = false)
        val again = permission(saved.again())
        again.look(isGranted = false, showRationale = false)
        assertEquals(PermissionNeed.BLOCKED, again.need.value)
        again.look(isGranted = true, showRationale = false)
        assertNull(again.need.value)
    }
}

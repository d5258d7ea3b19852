package io.pocketlens.app.permission

import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Test

/** The ways Android 8 to 15 answer, told as they come. */
class PermissionFlowTest {
    private val flow = PermissionFlow()

    private fun ask(
        granted: Boolean,
        rationale: Boolean,
        afterMs: Long = 4000,
    ): Boolean {
        flow.asked(1000)
        return flow.answered(granted, rationale, 1000 + afterMs)
    }

    @Test
    fun grantedAtOnce() {
        assertEquals(PermissionNeed.FIRST, flow.need(granted = false, showRationale = false))
        assertFalse(ask(granted = true, rationale = false))
        assertNull(flow.need(granted = true, showRationale = false))
    }

    @Test
    fun refusedOnceThenTwice() {
        assertTrue("worth remembering", ask(granted = false, rationale = true))
        assertEquals(PermissionNeed.REFUSED, flow.need(false, true))
        ask(granted = false, rationale = false)
        assertEquals(PermissionNeed.BLOCKED, flow.need(false, false))
    }

    @Test
    fun aDialogPutAwayIsNoRefusal() {
        ask(granted = false, rationale = false)
        assertEquals(PermissionNeed.FIRST, flow.need(false, false))
    }

    @Test
    fun blockedWithoutADialog() {
        ask(granted = false, rationale = false, afterMs = 40)
        assertEquals("no person answers that fast", PermissionNeed.BLOCKED, flow.need(false, false))
    }

    @Test
    fun rememberedFromAnEarlierStart() {
        val later = PermissionFlow(refusedBefore = true)
        assertEquals(PermissionNeed.REFUSED, later.need(false, false))
        later.asked(0)
        later.answered(granted = false, showRationale = false, nowMs = 5000)
        assertEquals(PermissionNeed.BLOCKED, later.need(false, false))
    }

    @Test
    fun grantedInTheSettingsAfterwards() {
        ask(granted = false, rationale = false, afterMs = 10)
        assertNull(flow.need(true, false))
        assertEquals("and taken back: ask again", PermissionNeed.FIRST, flow.need(false, false))
    }

    @Test
    fun oneTimeGrantsAreAskedForAgain() {
        ask(granted = false, rationale = true)
        assertFalse("a grant forgets the refusal", ask(granted = true, rationale = false))
        assertEquals(PermissionNeed.FIRST, flow.need(false, false))
    }
}

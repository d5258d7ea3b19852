package io.pocketlens.app.ui

import org.junit.Assert.assertEquals
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Test

class AnnouncementPolicyTest {
    private val policy = AnnouncementPolicy(steadyMs = 900, pauseMs = 3000)

    @Test
    fun waitsUntilAnAnswerStands() {
        assertNull(policy.next("cat", 0))
        assertNull(policy.next("cat", 899))
        assertEquals("cat", policy.next("cat", 900))
    }

    @Test
    fun saysNothingTwice() {
        policy.next("cat", 0)
        policy.next("cat", 1000)
        for (t in 2000L..60_000L step 100) assertNull(policy.next("cat", t))
    }

    @Test
    fun leavesTimeToListen() {
        policy.next("cat", 0)
        assertEquals("cat", policy.next("cat", 900))
        assertNull(policy.next("dog", 1000))
        assertNull("steady, but too soon", policy.next("dog", 2500))
        assertEquals("dog", policy.next("dog", 3900))
    }

    @Test
    fun aPassingAnswerIsNotSaid() {
        val said = (0L..60_000L step 100).mapNotNull { policy.next(if (it / 500 % 2 == 0L) "cat" else "dog", it) }
        assertTrue("it never stands for long enough: $said", said.isEmpty())
    }

    @Test
    fun silenceIsKept() {
        for (t in 0L..10_000L step 500) assertNull(policy.next(null, t))
    }
}

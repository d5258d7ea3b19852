package io.pocketlens.device

import android.os.Bundle
import androidx.test.internal.runner.RunnerArgs
import androidx.test.internal.runner.TestRequestBuilder
import org.junit.Assert.assertEquals
import org.junit.Test
import org.junit.runner.Description
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner

/** What androidx.test's runner, which runs this module's tests on a phone, makes of `-e class`. */
@RunWith(RobolectricTestRunner::class)
class RunnerTest {
    @Test
    fun oneMethodIsOneTest() {
        val name = "${GoldenTest::class.java.name}#tensorsAreEqual"
        assertEquals(listOf("tensorsAreEqual(${GoldenTest::class.java.name})"), asked(name))
    }

    @Test
    fun aClassIsAllOfItsTests() {
        val own = RotationTest::class.java.methods.filter { it.isAnnotationPresent(Test::class.java) }
        val found = asked(RotationTest::class.java.name).map { it.substringBefore('(') }
        assertEquals(own.map { it.name }.sorted(), found.sorted())
    }

    private fun asked(name: String): List<String> {
        val arguments = Bundle().apply { putString("class", name) }
        val read = RunnerArgs.Builder().fromBundle(Device.instrumentation, arguments).build()
        val request = TestRequestBuilder().addFromRunnerArgs(read).build()
        return leaves(request.runner.description)
    }

    private fun leaves(description: Description): List<String> =
        if (description.isTest) listOf(description.displayName) else description.children.flatMap(::leaves)
}

package io.pocketlens.device

import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import java.io.File

/** What the tests on a phone look for on the screen is what the app says, by the same names. */
@RunWith(RobolectricTestRunner::class)
class TextsOfTheAppTest {
    @Test
    fun everyTextThatTheTestsAskForIsTheApps() {
        val sources = File(System.getProperty("pocketlens.root"), "android/device/src/main/kotlin").walk()
        val asked = Regex("""\b(?:says|press|text)\("(\w+)"\)""")
        val found = sources.filter { it.isFile }.flatMap { asked.findAll(it.readText()) }
        val names = found.map { it.groupValues[1] }.toSet()
        assertTrue("$names", names.containsAll(setOf("viewfinder", "hold", "import_refused_title")))
        for (name in names) assertTrue(name, text(name).isNotEmpty())
    }
}

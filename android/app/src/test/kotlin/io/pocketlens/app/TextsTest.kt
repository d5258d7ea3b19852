package io.pocketlens.app

import io.pocketlens.app.settings.AppLanguage
import io.pocketlens.app.settings.UserSettings
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Test
import org.w3c.dom.Element
import java.io.File
import javax.xml.parsers.DocumentBuilderFactory

/** The app's texts in all its languages. */
class TextsTest {
    private val res = File(System.getProperty("pocketlens.root"), "android/app/src/main/res")

    private fun texts(folder: String): Map<String, String> =
        FILES.map { texts(File(res, "$folder/$it")) }.reduce { all, more -> all + more }

    private fun texts(source: File): Map<String, String> {
        val file = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(source)
        val nodes = file.getElementsByTagName("string")
        return (0 until nodes.length)
            .map { nodes.item(it) as Element }
            .filter { it.getAttribute("translatable") != "false" }
            .associate { it.getAttribute("name") to it.textContent }
    }

    @Test
    fun everyLanguageHasEveryTextWithTheSamePlaces() {
        val english = texts("values")
        for (tag in AppLanguage.TAGS - "en") {
            val other = texts("values-$tag")
            assertEquals(tag, english.keys, other.keys)
            for ((name, text) in english) assertEquals("$tag $name", places(text), places(other.getValue(name)))
            val same = english.filter { other[it.key] == it.value }.keys - SAME
            assertTrue("$tag: not translated: $same", same.size < 12)
        }
    }

    private fun places(text: String): List<String> =
        Regex("%\\d\\\$[sd]|%%")
            .findAll(text)
            .map {
                it.value
            }.sorted()
            .toList()

    @Test
    fun theSystemOffersTheSameLanguages() {
        val listed = Regex("name=\"(\\w+)\"").findAll(File(res, "xml/locales.xml").readText()).map { it.groupValues[1] }
        assertEquals(AppLanguage.TAGS, listed.toList())
        assertEquals("as many as labels have", UserSettings.LANGUAGES, AppLanguage.TAGS)
    }

    private companion object {
        val FILES = listOf("strings.xml", "teach.xml")
        val SAME = setOf("app_name", "performance_runtime")
    }
}

package io.pocketlens.app

import android.icu.text.PluralRules
import io.pocketlens.app.settings.AppLanguage
import io.pocketlens.app.settings.UserSettings
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.annotation.Config
import org.w3c.dom.Element
import java.io.File
import java.util.Locale
import javax.xml.parsers.DocumentBuilderFactory

/** The app's texts in all its languages. */
@RunWith(RobolectricTestRunner::class)
@Config(sdk = [34])
class TextsTest {
    private val res = File(System.getProperty("pocketlens.root"), "android/app/src/main/res")

    private fun elements(
        folder: String,
        tag: String,
    ): List<Element> =
        FILES.map { File(res, "$folder/$it") }.flatMap { source ->
            val reader = DocumentBuilderFactory.newInstance().newDocumentBuilder()
            val nodes = reader.parse(source).getElementsByTagName(tag)
            (0 until nodes.length).map { nodes.item(it) as Element }
        }

    private fun texts(folder: String): Map<String, String> =
        elements(folder, "string")
            .filter { it.getAttribute("translatable") != "false" }
            .associate { it.getAttribute("name") to it.textContent }

    /** The texts of a counted one, by quantity. */
    private fun counted(folder: String): Map<String, Map<String, String>> =
        elements(folder, "plurals").associate { plural ->
            val items = plural.getElementsByTagName("item")
            plural.getAttribute("name") to
                (0 until items.length)
                    .map { items.item(it) as Element }
                    .associate { it.getAttribute("quantity") to it.textContent }
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

    @Test
    fun everyLanguageCountsInItsOwnForms() {
        val english = counted("values")
        for (tag in AppLanguage.TAGS) {
            val other = counted(if (tag == "en") "values" else "values-$tag")
            assertEquals(tag, english.keys, other.keys)
            val forms = PluralRules.forLocale(Locale.forLanguageTag(tag)).keywords
            for ((name, texts) in other) {
                assertEquals("$tag $name", forms, texts.keys)
                val expected = places(english.getValue(name).getValue("other"))
                for (text in texts.values) assertEquals("$tag $name: $text", expected, places(text))
            }
        }
    }

    /** A sign that may not stand alone at the start of a line is held by a space that does not break. */
    @Test
    fun signsStayWithTheirWords() {
        val loose =
            mapOf(
                "fr" to Regex(" %%|« |[^\\u00a0][:;?!»]"),
                "de" to Regex(" %%"),
                "es" to Regex(" %%|« | »"),
            )
        for ((tag, pattern) in loose) {
            val all = texts("values-$tag").values + counted("values-$tag").values.flatMap { it.values }
            assertEquals(tag, emptyList<String>(), all.filter { it.contains(pattern) })
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

package io.pocketlens.app.ui

import io.pocketlens.app.R
import io.pocketlens.app.camera.CameraTrouble
import io.pocketlens.app.perf.Heat
import io.pocketlens.app.perf.Stage
import io.pocketlens.classifier.ErrorCode
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import java.io.File
import javax.xml.parsers.DocumentBuilderFactory

@RunWith(RobolectricTestRunner::class)
class TextsTest {
    private fun texts(qualifiers: String): Texts {
        RuntimeEnvironment.setQualifiers(qualifiers)
        return Texts(RuntimeEnvironment.getApplication().resources)
    }

    @Test
    fun everyErrorHasASentenceOfItsOwnInBothLanguages() {
        for (language in listOf("en", "zh")) {
            val texts = texts(language)
            val sentences = ErrorCode.entries.map(texts::error)
            assertEquals("no two the same", sentences.size, sentences.toSet().size)
            assertTrue(sentences.all { it.endsWith(".") || it.endsWith("。") })
        }
    }

    @Test
    fun everyValueHasItsOwnText() {
        val resources = RuntimeEnvironment.getApplication().resources

        fun names(array: Int): List<String> {
            val items = resources.obtainTypedArray(array)
            return List(items.length()) { resources.getResourceEntryName(items.getResourceId(it, 0)) }
        }

        fun keys(values: List<Enum<*>>) = values.map { it.name.lowercase() }
        assertEquals(keys(ErrorCode.entries).map { "error_$it" }, names(R.array.errors))
        assertEquals(keys(Stage.entries).map { "stage_$it" }, names(R.array.stages))
        assertEquals(keys(Heat.entries).map { "heat_$it" }, names(R.array.heats))
        val cameras = keys(CameraTrouble.entries).map { if (it == "none_present") "none" else it }
        assertEquals(cameras.map { "camera_${it}_title" }, names(R.array.camera_titles))
        assertEquals(cameras.map { "camera_${it}_text" }, names(R.array.camera_texts))
    }

    @Test
    fun everyErrorOfTheCoreIsKnown() {
        val table = File(System.getProperty("pocketlens.root"), "jni/core/error_codes.inc").readText()
        val names = Regex("POCKETLENS_ERROR\\(\\d+, (\\w+),").findAll(table).map { it.groupValues[1] }.toList()
        assertTrue(names.size > 25)
        assertEquals(emptyList<String>(), names - ErrorCode.entries.map { it.key }.toSet())
    }

    @Test
    fun chineseIsComplete() {
        val english = strings("values")
        val chinese = strings("values-zh")
        assertEquals("not translated", emptySet<String>(), english.keys - chinese.keys)
        assertEquals("translates nothing", emptySet<String>(), chinese.keys - english.keys)
        for ((name, text) in chinese) {
            val places = Regex("%\\d\\$[ds]")
            assertEquals(
                name,
                places
                    .findAll(english.getValue(name))
                    .map {
                        it.value
                    }.toSet(),
                places.findAll(text).map { it.value }.toSet(),
            )
            assertFalse("$name is still English", text == english[name])
        }
    }

    @Test
    fun numbersFollowTheLanguage() {
        assertEquals("92%", texts("en").percent(.924f))
        assertEquals("92.4%", texts("en").finely(.924f))
        assertEquals("92 %", texts("de").percent(.924f).replace('\u00a0', ' '))
        assertEquals("7,13", texts("de").number(7.128, 2))
    }

    @Test
    fun sentencesTakeTheirValues() {
        val texts = texts("en")
        assertEquals("I see: Cat", texts.of(R.string.announce_sure, "Cat"))
        assertEquals("91%. From 50% on it counts as sure.", texts.of(R.string.label_score, "91%"))
    }

    private fun strings(folder: String): Map<String, String> {
        val file = File(System.getProperty("pocketlens.root"), "android/app/src/main/res/$folder/strings.xml")
        val nodes =
            DocumentBuilderFactory
                .newInstance()
                .newDocumentBuilder()
                .parse(file)
                .getElementsByTagName("string")
        return (0 until nodes.length)
            .map(nodes::item)
            .filter { it.attributes.getNamedItem("translatable")?.nodeValue != "false" }
            .associate { it.attributes.getNamedItem("name").nodeValue to it.textContent }
    }
}

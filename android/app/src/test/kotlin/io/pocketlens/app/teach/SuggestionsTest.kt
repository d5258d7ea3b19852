package io.pocketlens.app.teach

import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Test
import java.io.File

/** Which names are offered. */
class SuggestionsTest {
    private val mug = TaughtThing("own/mug", "Mug", List(3) { TaughtShot("$it", File("$it")) })
    private val labels = listOf("Animal", "Éclair", "Mug rack", "Cat", "Wildcat", "Mug")

    private fun names(
        typed: String,
        wrong: Boolean = false,
        given: List<String> = emptyList(),
    ) = Suggestions.of(typed, TeachRequest(wrong, given), listOf(mug), labels).map { it.name }

    @Test
    fun whatWasTaughtComesFirst() {
        assertEquals(listOf("Mug"), names(""))
        assertEquals(listOf("Mug", "Mug rack"), names("mu"))
        assertEquals(3, Suggestions.of("mu", TeachRequest(false, emptyList()), listOf(mug), labels).first().pictures)
    }

    @Test
    fun whatBeginsSoComesBeforeWhatHoldsIt() = assertEquals(listOf("Cat", "Wildcat"), names(" CAT "))

    @Test
    fun accentsDoNotMatter() = assertEquals(listOf("Éclair"), names("ecl"))

    @Test
    fun afterAWrongAnswerTheModelsOwnGuessesLead() {
        val offered = names("", wrong = true, given = listOf("Lizard", "Cat"))
        assertEquals(listOf("Lizard", "Cat", "Mug", "Animal"), offered.take(4))
        assertTrue("each once", offered.size == offered.distinct().size)
        assertTrue(offered.containsAll(labels))
    }
}

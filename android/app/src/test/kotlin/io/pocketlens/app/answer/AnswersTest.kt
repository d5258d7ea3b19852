package io.pocketlens.app.answer

import io.pocketlens.app.model.ModelState
import io.pocketlens.app.testing.FakeModel
import io.pocketlens.app.testing.States
import org.junit.Assert.assertEquals
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner

/** One clear answer. */
@RunWith(RobolectricTestRunner::class)
class AnswersTest {
    @Test
    fun theHeadlineIsTheSurestSpecificThingAndItsKindIsItsPath() {
        val answer = States.answer(FakeModel.cat()) as Answer.Sure
        assertEquals("Cat", answer.headline.name)
        assertEquals(listOf("Animal", "Mammal", "Carnivore"), answer.path)
        assertNull(answer.guess)
    }

    @Test
    fun rowsAreOtherThingsNeverItsOwnKind() {
        val answer = States.answer(FakeModel.cat())
        assertEquals(listOf("Pillow", "Lynx", "Furniture", "Dog", "Chair"), answer.others.map { it.name })
        assertEquals(3, States.answer(FakeModel.cat(), rows = 3).others.size)
    }

    @Test
    fun whereOnlyTheGroupIsSureItsLikelyMemberIsSaid() {
        val answer = States.answer(FakeModel.someAnimal()) as Answer.Sure
        assertEquals("Animal", answer.headline.name)
        assertEquals("Dog", answer.guess?.name)
        val rows = answer.others.map { it.name }
        assertTrue(
            "what is said stands in no row as well: $rows",
            rows.none {
                it in
                    listOf("Dog", "Mammal", "Carnivore")
            },
        )
    }

    @Test
    fun withoutASureLabelTheClosestAreListed() {
        val answer = States.answer(FakeModel.nothing())
        assertTrue(answer is Answer.Unsure)
        assertEquals(listOf("Pillow", "Furniture"), answer.others.take(2).map { it.name })
    }

    @Test
    fun beforeThereIsAnAnswerItIsSaidWhatIsWaitedFor() {
        assertEquals(Answer.Preparing, Answers.of(ModelState.Loading, null, 5))
        assertEquals(Answer.Looking, Answers.of(ModelState.Ready(FakeModel.loaded()), null, 5))
    }
}

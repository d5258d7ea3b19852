package io.pocketlens.app.history

import android.content.res.Resources
import androidx.compose.foundation.layout.Row
import io.pocketlens.app.R
import io.pocketlens.app.answer.Answer
import io.pocketlens.app.ui.Numbers

/** An answer in words, for what leaves the screen: a shared picture, the clipboard, the history. */
data class AnswerWords(
    val title: String,
    /** Under the title: what it probably is more exactly; may be empty. */
    val below: String,
    val rows: List<Row>,
) {
    data class Row(
        val name: String,
        val percent: String,
        val score: Float,
        val sure: Boolean,
    )

    /** All of it as plain text. */
    fun plain(): String =
        (listOf(title, below) + rows.map { "${it.name} ${it.percent}" }).filter { it.isNotEmpty() }.joinToString("\n")

    companion object {
        fun of(
            resources: Resources,
            answer: Answer.Given,
        ): AnswerWords {
            val numbers = Numbers(resources.configuration.locales[0])
            val rows = answer.others.map { Row(it.name, numbers.percent(it.score), it.score, it.sure) }
            return when (answer) {
                is Answer.Unsure -> AnswerWords(resources.getString(R.string.not_sure), "", rows)
                is Answer.Sure -> {
                    val guess =
                        answer.guess?.let {
                            resources.getString(R.string.probably, it.name, numbers.percent(it.score))
                        }
                    val percent = numbers.percent(answer.headline.score)
                    AnswerWords("${answer.headline.name} $percent", guess.orEmpty(), rows)
                }
            }
        }
    }
}

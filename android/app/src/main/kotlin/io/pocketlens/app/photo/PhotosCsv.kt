package io.pocketlens.app.photo

import io.pocketlens.app.answer.Answer
import io.pocketlens.app.answer.Scored
import java.util.Locale

/**
 * The answers for several photos as comma-separated values (RFC 4180): a row for each photo; one that
 * could not be read, or has not been yet, says so in the column `error`.
 */
object PhotosCsv {
    private val HEAD = listOf("file", "headline", "score", "guess", "guess_score", "others", "error")

    fun of(entries: List<PhotoEntry>): String =
        (listOf(HEAD) + entries.map(::row)).joinToString("") { it.joinToString(",", transform = ::cell) + "\r\n" }

    private fun row(entry: PhotoEntry): List<String> =
        when (val result = entry.result) {
            PhotoResult.Waiting -> listOf(entry.name, "", "", "", "", "", "not read yet")
            is PhotoResult.Failed -> listOf(entry.name, "", "", "", "", "", result.details.code.key)
            is PhotoResult.Seen -> {
                val sure = result.answer as? Answer.Sure
                listOf(
                    entry.name,
                    sure?.headline?.name.orEmpty(),
                    score(sure?.headline),
                    sure?.guess?.name.orEmpty(),
                    score(sure?.guess),
                    result.answer.others.joinToString("; ") { "${it.name} ${score(it)}" },
                    "",
                )
            }
        }

    private fun score(of: Scored?): String = if (of == null) "" else String.format(Locale.ROOT, "%.3f", of.score)

    /** A cell that a spreadsheet would take for a formula is kept from being one. */
    private fun cell(text: String): String {
        val plain = if (text.firstOrNull() in FORMULA) "'$text" else text
        return if (plain.any { it in ",\"\r\n" }) "\"${plain.replace("\"", "\"\"")}\"" else plain
    }

    private val FORMULA = setOf('=', '+', '-', '@')
}

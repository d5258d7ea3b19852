package io.pocketlens.app.ui

import android.content.res.Resources
import io.pocketlens.app.R
import io.pocketlens.classifier.ErrorCode
import java.text.NumberFormat
import java.util.Locale

/** Words and numbers in the user's language. */
class Texts(
    private val resources: Resources,
) {
    private val locale: Locale = resources.configuration.locales[0]
    private val wholePercent = NumberFormat.getPercentInstance(locale)
    private val finePercent = NumberFormat.getPercentInstance(locale).apply { maximumFractionDigits = 1 }

    operator fun get(text: Int): String = resources.getString(text)

    fun of(
        text: Int,
        vararg values: Any,
    ): String = resources.getString(text, *values)

    /** 0.924 as "92 %", or as the language writes it. */
    fun percent(share: Float): String = wholePercent.format(share.toDouble())

    /** With one digit after the point. */
    fun finely(share: Float): String = finePercent.format(share.toDouble())

    fun number(
        value: Double,
        digits: Int,
    ): String = String.format(locale, "%.${digits}f", value)

    /** One sentence for a named error. */
    fun error(code: ErrorCode): String = resources.getString(sentence(code))

    private fun sentence(code: ErrorCode): Int =
        when (code) {
            ErrorCode.MISSING_FILE -> R.string.error_missing_file
            ErrorCode.UNREADABLE_FILE -> R.string.error_unreadable_file
            ErrorCode.WRONG_SIZE -> R.string.error_wrong_size
            ErrorCode.WRONG_HASH -> R.string.error_wrong_hash
            ErrorCode.BAD_MANIFEST -> R.string.error_bad_manifest
            ErrorCode.UNKNOWN_FORMAT_VERSION -> R.string.error_unknown_format_version
            ErrorCode.BAD_RECIPE -> R.string.error_bad_recipe
            ErrorCode.BAD_LABELS -> R.string.error_bad_labels
            ErrorCode.LABEL_COUNT_MISMATCH -> R.string.error_label_count_mismatch
            ErrorCode.DUPLICATE_MID -> R.string.error_duplicate_mid
            ErrorCode.BAD_THRESHOLDS -> R.string.error_bad_thresholds
            ErrorCode.THRESHOLD_OUT_OF_RANGE -> R.string.error_threshold_out_of_range
            ErrorCode.BAD_HIERARCHY -> R.string.error_bad_hierarchy
            ErrorCode.BAD_NAMES -> R.string.error_bad_names
            ErrorCode.PATH_OUTSIDE_PACKAGE -> R.string.error_path_outside_package
            ErrorCode.BAD_ARCHIVE -> R.string.error_bad_archive
            ErrorCode.UNEXPECTED_FILE -> R.string.error_unexpected_file
            ErrorCode.TOO_LARGE -> R.string.error_too_large
            ErrorCode.MODEL_BUILD_FAILED -> R.string.error_model_build_failed
            ErrorCode.INPUT_MISMATCH -> R.string.error_input_mismatch
            ErrorCode.OUTPUT_MISMATCH -> R.string.error_output_mismatch
            ErrorCode.PREDICT_FAILED -> R.string.error_predict_failed
            ErrorCode.SCORE_NOT_FINITE -> R.string.error_score_not_finite
            ErrorCode.BAD_SETTINGS -> R.string.error_bad_settings
            ErrorCode.WRONG_KIND -> R.string.error_wrong_kind
            ErrorCode.BAD_FRAME -> R.string.error_bad_frame
            ErrorCode.UNSUPPORTED_FORMAT -> R.string.error_unsupported_format
            ErrorCode.UNREADABLE_PHOTO -> R.string.error_unreadable_photo
            ErrorCode.CANNOT_WRITE -> R.string.error_cannot_write
            ErrorCode.CLOSED -> R.string.error_closed
            ErrorCode.OUT_OF_MEMORY -> R.string.error_out_of_memory
            ErrorCode.INTERNAL -> R.string.error_internal
            ErrorCode.LIBRARY_MISSING -> R.string.error_library_missing
        }
}

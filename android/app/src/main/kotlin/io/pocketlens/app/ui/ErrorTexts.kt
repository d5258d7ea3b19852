package io.pocketlens.app.ui

import androidx.annotation.StringRes
import io.pocketlens.app.R
import io.pocketlens.classifier.ErrorCode

/** One sentence for a named error. */
@StringRes
fun ErrorCode.sentence(): Int =
    when (this) {
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
        ErrorCode.MODEL_TOO_NEW -> R.string.error_model_too_new
        ErrorCode.BAD_REFERENCE -> R.string.error_bad_reference
        ErrorCode.BAD_FRAME -> R.string.error_bad_frame
        ErrorCode.UNSUPPORTED_FORMAT -> R.string.error_unsupported_format
        ErrorCode.UNREADABLE_PHOTO -> R.string.error_unreadable_photo
        ErrorCode.UNKNOWN_LABEL -> R.string.error_unknown_label
        ErrorCode.CLOSED -> R.string.error_closed
        ErrorCode.OUT_OF_MEMORY -> R.string.error_out_of_memory
        ErrorCode.INTERNAL -> R.string.error_internal
        ErrorCode.LIBRARY_MISSING -> R.string.error_library_missing
        ErrorCode.CANNOT_WRITE -> R.string.error_cannot_write
        ErrorCode.NO_EMBEDDING -> R.string.error_no_embedding
        ErrorCode.BAD_EMBEDDING -> R.string.error_bad_embedding
        ErrorCode.BAD_TAUGHT -> R.string.error_bad_taught
        ErrorCode.OTHER_EMBEDDING -> R.string.error_other_embedding
        ErrorCode.UNKNOWN_TAUGHT -> R.string.error_unknown_taught
        ErrorCode.BAD_TAUGHT_LABEL -> R.string.error_bad_taught_label
    }

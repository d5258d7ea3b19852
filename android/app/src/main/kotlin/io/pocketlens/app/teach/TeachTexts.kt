package io.pocketlens.app.teach

import androidx.annotation.StringRes
import io.pocketlens.app.R
import io.pocketlens.app.ui.sentence
import io.pocketlens.classifier.ErrorCode

/** What [ErrorCode] means for taught things, where that is not what it means for packages. */
@StringRes
internal fun ErrorCode.ofTeaching(): Int =
    when (this) {
        ErrorCode.TOO_LARGE -> R.string.taught_too_many
        ErrorCode.UNKNOWN_FORMAT_VERSION -> R.string.taught_other_version
        else -> sentence()
    }

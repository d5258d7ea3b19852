package io.pocketlens.app.answer

import androidx.compose.runtime.Composable
import androidx.compose.ui.res.pluralStringResource
import androidx.compose.ui.res.stringResource
import io.pocketlens.app.R
import io.pocketlens.classifier.Label
import io.pocketlens.classifier.ThresholdStatus
import kotlin.math.roundToInt

/** How far a label can be trusted, in sentences. */
@Composable
internal fun figures(
    label: Label,
    name: String,
): List<String> {
    val lines = ArrayList<String>()
    label.precision?.let { lines += stringResource(R.string.label_precision, name, inHundred(it)) }
    label.recall?.let { lines += stringResource(R.string.label_recall, inHundred(it)) }
    label.support?.let { lines += pluralStringResource(R.plurals.label_support, it, it) }
    when (label.status) {
        ThresholdStatus.POOLED -> lines += stringResource(R.string.label_pooled)
        ThresholdStatus.DEFAULT -> lines += stringResource(R.string.label_unmeasured)
        ThresholdStatus.SILENT -> lines += stringResource(R.string.label_silent)
        ThresholdStatus.TAUGHT -> lines += stringResource(R.string.label_taught)
        ThresholdStatus.CALIBRATED -> Unit
    }
    return lines
}

private fun inHundred(share: Float) = (share * 100).roundToInt()

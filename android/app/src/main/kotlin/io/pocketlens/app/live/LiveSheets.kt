package io.pocketlens.app.live

import androidx.lifecycle.SavedStateHandle
import io.pocketlens.app.answer.LabelDetail
import io.pocketlens.app.perf.Performance
import io.pocketlens.app.results.Reading
import io.pocketlens.classifier.Label
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.filterNotNull
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.flatMapLatest
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.flow.flowOf
import kotlinx.coroutines.flow.map

/** Which sheet lies over the camera screen, kept through rotations and the end of the process. */
@OptIn(ExperimentalCoroutinesApi::class)
class LiveSheets(
    private val saved: SavedStateHandle,
    reading: Flow<Reading?>,
    measure: () -> Performance,
) {
    private val open = saved.getStateFlow(SHEET, NONE)

    val sheet: Flow<LiveSheet?> =
        open.flatMapLatest { which ->
            when (which) {
                NONE -> flowOf(null)
                MEASURED -> flow { while (true) emit(LiveSheet.Measured(measure())).also { delay(UPDATE_MS) } }
                else -> reading.map { it?.let { now -> LabelDetail.of(now, which) }?.let(LiveSheet::Label) }.still()
            }
        }

    fun openLabel(index: Int) = saved.set(SHEET, index)

    fun openPerformance() = saved.set(SHEET, MEASURED)

    fun close() = saved.set(SHEET, NONE)

    /** A sheet stays as it was opened: what it says does not change under the reader's eyes. */
    private fun Flow<LiveSheet.Label?>.still(): Flow<LiveSheet?> =
        flow {
            emit(null)
            emit(filterNotNull().first())
        }

    private companion object {
        const val SHEET = "sheet"
        const val NONE = -1
        const val MEASURED = -2
        const val UPDATE_MS = 500L
    }
}

package io.pocketlens.app.camera

import android.util.Size
import kotlin.math.abs

/** The sizes of the two pictures a camera delivers: the one to look at and the one for the model. */
data class StreamSizes(
    val preview: Size,
    val frames: Size,
) {
    companion object {
        private const val ASPECT_SLACK = 0.02f
        private const val SHAPE = 4f / 3f
        private val STEPS = listOf(1440L * 1080 to 1280L * 960, 960L * 720 to 800L * 600, 640L * 480 to 640L * 480)

        /**
         * What to try, the best first: a 4:3 preview up to 1440 x 1080 if there is one, and pictures of
         * the same shape up to 1280 x 960 (the model looks at 256 x 256; a larger picture costs memory
         * traffic and adds nothing). Smaller ones follow for cameras that refuse. Empty: nothing fits.
         */
        fun choices(
            previews: List<Size>,
            frames: List<Size>,
        ): List<StreamSizes> =
            STEPS
                .mapNotNull { (previewLimit, frameLimit) ->
                    val preview = best(previews, SHAPE, previewLimit)
                    val frame = preview?.let { best(frames, it.width.toFloat() / it.height, frameLimit) }
                    if (preview == null || frame == null) null else StreamSizes(preview, frame)
                }.distinct()

        private fun best(
            sizes: List<Size>,
            aspect: Float,
            limit: Long,
        ): Size? {
            val small = sizes.filter { it.pixels <= limit }
            val fitting = small.filter { abs(it.width.toFloat() / it.height - aspect) < ASPECT_SLACK }
            return fitting.maxByOrNull { it.pixels } ?: small.maxByOrNull { it.pixels }
                ?: sizes.minByOrNull { it.pixels }
        }

        private val Size.pixels get() = width.toLong() * height
    }
}

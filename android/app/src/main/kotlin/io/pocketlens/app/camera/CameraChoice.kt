package io.pocketlens.app.camera

import android.util.Size
import kotlin.math.abs

/** Which of the sizes a camera offers to use. */
object CameraChoice {
    private const val ASPECT_SLACK = 0.02f

    /** The preview: 4:3 if there is one, the largest up to 1440 x 1080; else the smallest. */
    fun preview(sizes: List<Size>): Size? = best(sizes, 4f / 3f, 1440L * 1080)

    /**
     * The pictures for the model: the preview's aspect ratio, the largest up to 1280 x 960. The
     * model looks at 256 x 256, and a large picture costs memory traffic without adding anything.
     */
    fun frames(
        sizes: List<Size>,
        preview: Size,
    ): Size? =
        best(
            sizes,
            preview.width.toFloat() / preview.height,
            1280L * 960,
        )

    private fun best(
        sizes: List<Size>,
        aspect: Float,
        limit: Long,
    ): Size? {
        val small = sizes.filter { it.pixels <= limit }
        val fitting = small.filter { abs(it.width.toFloat() / it.height - aspect) < ASPECT_SLACK }
        return fitting.maxByOrNull { it.pixels } ?: small.maxByOrNull { it.pixels } ?: sizes.minByOrNull { it.pixels }
    }

    private val Size.pixels get() = width.toLong() * height
}

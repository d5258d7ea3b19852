package io.pocketlens.device

import android.os.Build
import io.pocketlens.classifier.Classifier
import io.pocketlens.classifier.ClassifierSettings
import io.pocketlens.classifier.Timings
import org.json.JSONArray
import org.json.JSONObject
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Test
import kotlin.math.ceil

/** Measures what a frame takes and writes it to `latency.json`, which `make device-test` fetches. */
open class LatencyTest {
    @Test
    fun writesAReport() {
        val runs = JSONArray()
        for (threads in listOf(1, 2, 4)) {
            Device.openClassifier(ClassifierSettings(threads = threads)).use { runs.put(measure(it, threads)) }
        }
        val report =
            JSONObject()
                .put("device", "${Build.MANUFACTURER} ${Build.MODEL}")
                .put("android", Build.VERSION.RELEASE)
                .put("runtime", Classifier.runtimeVersion())
                .put("frames", FRAMES)
                .put("runs", runs)
        val written = JSONObject(Device.report("latency.json", report.toString(2)).readText())
        assertEquals(3, written.getJSONArray("runs").length())
    }

    private fun measure(
        classifier: Classifier,
        threads: Int,
    ): JSONObject {
        val frame = checkNotNull(GoldenCase.all().first { it.name == "panda-nv21" }.yuvFrame())
        repeat(WARM_UP) { classifier.classify(frame) }
        val timings = List(FRAMES) { classifier.classify(frame).timings }
        assertTrue("a frame takes time", timings.all { it.inference > 0 && it.preprocess > 0 })
        return JSONObject()
            .put("threads", threads)
            .put("preprocess_ms", percentiles(timings, Timings::preprocess))
            .put("inference_ms", percentiles(timings, Timings::inference))
            .put("scores_ms", percentiles(timings, Timings::scores))
            .put("total_ms", percentiles(timings, Timings::total))
    }

    private fun percentiles(
        timings: List<Timings>,
        part: (Timings) -> Double,
    ): JSONObject {
        val sorted = timings.map(part).sorted()
        val report = JSONObject()
        for (percent in listOf(50, 90, 99)) {
            report.put("p$percent", sorted[ceil(sorted.size * percent / 100.0).toInt() - 1])
        }
        return report
    }

    private companion object {
        const val WARM_UP = 10
        const val FRAMES = 100
    }
}

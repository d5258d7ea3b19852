package io.pocketlens.device

import android.app.Activity
import android.app.Instrumentation
import android.os.Bundle
import org.junit.internal.TextListener
import org.junit.runner.JUnitCore
import org.junit.runner.Request
import java.io.ByteArrayOutputStream
import java.io.PrintStream

/**
 * Runs the device tests with JUnit 4:
 *
 * `adb shell am instrument -w -r io.pocketlens.device/io.pocketlens.device.DeviceRunner`
 *
 * `-e class NAME` runs one class. The status lines are those that Android's own tools read.
 */
class DeviceRunner : Instrumentation() {
    private var onlyClass: String? = null

    override fun onCreate(arguments: Bundle?) {
        super.onCreate(arguments)
        onlyClass = arguments?.getString("class")
        Device.use(this)
        start()
    }

    override fun onStart() {
        super.onStart()
        val text = ByteArrayOutputStream()
        val classes = ALL_TESTS.filter { onlyClass == null || it.name == onlyClass }

        @Suppress("SpreadOperator") // JUnit takes its classes so.
        val request = Request.classes(*classes.toTypedArray())
        val core = JUnitCore()
        core.addListener(StatusListener(request.runner.testCount(), ::sendStatus))
        core.addListener(TextListener(PrintStream(text, true, "UTF-8")))
        val result = core.run(request)
        val summary = Bundle()
        summary.putString(REPORT_KEY_STREAMRESULT, text.toString("UTF-8"))
        val good = result.wasSuccessful() && result.runCount > 0
        finish(if (good) Activity.RESULT_OK else Activity.RESULT_CANCELED, summary)
    }
}

/** Every test class of this module. A test on the desk compares it with what was compiled. */
internal val ALL_TESTS: List<Class<*>> =
    listOf(
        CameraSmokeTest::class.java,
        GoldenTest::class.java,
        LatencyTest::class.java,
        OpenCloseTest::class.java,
        PackageRefusalTest::class.java,
        RotationTest::class.java,
    )

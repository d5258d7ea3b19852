package io.pocketlens.app.permission

import android.Manifest
import android.app.Activity
import android.content.pm.PackageManager
import io.pocketlens.app.AppGraph

/** The camera permission of one activity: what [PermissionFlow] decides, with Android around it. */
class CameraPermission(
    private val activity: Activity,
    private val graph: AppGraph,
    private val onChange: (PermissionNeed?) -> Unit,
) {
    private var flow = PermissionFlow()
    private var remembered = false

    /** What to show now. What is remembered on disk may follow a moment later through [onChange]. */
    fun need(): PermissionNeed? {
        if (!granted() && !remembered) remember()
        return flow.need(granted(), rationale())
    }

    fun ask() {
        flow.asked(graph.now())
        activity.requestPermissions(arrayOf(Manifest.permission.CAMERA), REQUEST)
    }

    /** The system has answered. */
    fun answered() {
        val refused = flow.answered(granted(), rationale(), graph.now())
        graph.workers.io.execute { graph.permissions.refusedBefore = refused }
        onChange(need())
    }

    private fun remember() {
        remembered = true
        graph.workers.io.execute {
            val refused = graph.permissions.refusedBefore
            graph.workers.main.execute {
                flow = PermissionFlow(refused)
                onChange(flow.need(granted(), rationale()))
            }
        }
    }

    private fun granted() =
        activity.checkSelfPermission(Manifest.permission.CAMERA) == PackageManager.PERMISSION_GRANTED

    private fun rationale() = activity.shouldShowRequestPermissionRationale(Manifest.permission.CAMERA)

    private companion object {
        const val REQUEST = 2
    }
}

package io.pocketlens.app.ui

import android.app.Activity
import android.os.Build
import android.window.OnBackInvokedCallback
import android.window.OnBackInvokedDispatcher
import io.pocketlens.app.LaterThanMinSdk

/**
 * Takes the back gesture while there is something inside the screen to go back from. Otherwise the
 * system has it, and can show where it leads (predictive back). Before API 33 the activity's
 * onBackPressed asks [take].
 */
@LaterThanMinSdk
class BackGate(
    private val activity: Activity,
    private val goBack: () -> Unit,
) {
    private var closed = false
    private var callback: Any? = null

    /** Whether back is to be taken from now on. */
    fun close(taken: Boolean) {
        if (taken == closed) return
        closed = taken
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.TIRAMISU) register(taken)
    }

    /** True when the gesture was for the screen itself and has been carried out. */
    fun take(): Boolean {
        val mine = closed
        if (mine) goBack()
        return mine
    }

    private fun register(taken: Boolean) {
        if (Build.VERSION.SDK_INT < Build.VERSION_CODES.TIRAMISU) return
        val dispatcher = activity.onBackInvokedDispatcher
        if (taken) {
            val next = OnBackInvokedCallback { goBack() }
            callback = next
            dispatcher.registerOnBackInvokedCallback(OnBackInvokedDispatcher.PRIORITY_DEFAULT, next)
        } else {
            (callback as? OnBackInvokedCallback)?.let(dispatcher::unregisterOnBackInvokedCallback)
            callback = null
        }
    }
}

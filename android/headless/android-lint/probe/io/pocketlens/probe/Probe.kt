package io.pocketlens.probe

import android.app.Activity
import android.os.Build
import android.view.View
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.remember

/** What Android's lint must refuse, and what it must not: otherwise the gate is blind. */
class Probe : Activity() {
    /** Of API 28, on phones from API 26 on; animal-sniffer knows nothing of it. */
    fun unguarded(): View = requireViewById(android.R.id.content)

    fun guarded(): View? = if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.P) {
        requireViewById(android.R.id.content)
    } else {
        findViewById(android.R.id.content)
    }
}

/** A check that Compose brings along. */
@Composable
fun Forgetful() {
    val forgotten = mutableStateOf("")
    val kept = remember { mutableStateOf("") }
    Text("${forgotten.value} ${kept.value}")
}

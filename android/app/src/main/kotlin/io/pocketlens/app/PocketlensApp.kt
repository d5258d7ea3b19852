package io.pocketlens.app

import android.app.Activity
import android.app.Application
import android.content.ActivityNotFoundException
import android.content.Context
import android.content.Intent
import android.net.Uri
import android.os.Bundle
import android.provider.Settings
import android.widget.Toast
import androidx.activity.ComponentActivity
import androidx.activity.compose.setContent
import androidx.activity.enableEdgeToEdge
import androidx.activity.viewModels
import androidx.compose.runtime.Composable
import androidx.lifecycle.SavedStateHandle
import androidx.lifecycle.ViewModel
import androidx.lifecycle.createSavedStateHandle
import androidx.lifecycle.viewmodel.initializer
import androidx.lifecycle.viewmodel.viewModelFactory
import io.pocketlens.app.settings.AppLanguage
import io.pocketlens.app.ui.theme.AppTheme

/** The process. */
open class PocketlensApp : Application() {
    /** What the app is made of; tests make it of something else. */
    open val graph: AppGraph by lazy { AppGraph.of(this) }
}

/** An activity in the app's own language, edge to edge, whose view models are made of the graph. */
abstract class PocketlensActivity : ComponentActivity() {
    protected val graph: AppGraph get() = (application as PocketlensApp).graph

    override fun attachBaseContext(base: Context) = super.attachBaseContext(AppLanguage.wrap(base))

    override fun onCreate(savedInstanceState: Bundle?) {
        enableEdgeToEdge()
        super.onCreate(savedInstanceState)
    }

    override fun onStart() {
        super.onStart()
        graph.models.look()
    }

    /** Shows [content] in the app's theme. */
    protected fun show(content: @Composable () -> Unit) = setContent { AppTheme(content = content) }

    /** A view model made of the graph and its own saved state. */
    protected inline fun <reified T : ViewModel> made(crossinline make: (AppGraph, SavedStateHandle) -> T): Lazy<T> =
        viewModels {
            viewModelFactory { initializer { make((application as PocketlensApp).graph, createSavedStateHandle()) } }
        }

    /** Opens what the system lets be set for this app: its permissions among them. */
    protected fun openAppSettings() =
        attempt {
            val app = Uri.fromParts("package", packageName, null)
            startActivity(Intent(Settings.ACTION_APPLICATION_DETAILS_SETTINGS, app))
        }

    /** Hands a [file] that was chosen to another screen of this app. */
    protected fun hand(
        file: Uri,
        to: Class<out Activity>,
    ) = startActivity(
        Intent(this, to)
            .setAction(Intent.ACTION_VIEW)
            .setData(file)
            .addFlags(Intent.FLAG_GRANT_READ_URI_PERMISSION),
    )

    /** Does what another app must do; says so where there is none. */
    protected fun attempt(start: () -> Unit) {
        try {
            start()
        } catch (_: ActivityNotFoundException) {
            Toast.makeText(this, R.string.no_app, Toast.LENGTH_LONG).show()
        } catch (_: SecurityException) {
            Toast.makeText(this, R.string.no_app, Toast.LENGTH_LONG).show()
        }
    }
}

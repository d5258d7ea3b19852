package io.pocketlens.app.ui

import android.graphics.Rect
import android.os.Build
import android.view.View
import android.view.Window
import android.view.WindowInsets
import io.pocketlens.app.LaterThanMinSdk

/** Lets the window reach under the system's bars, as newer Android versions demand anyway. */
@LaterThanMinSdk
internal fun Window.goEdgeToEdge() {
    if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.R) {
        setDecorFitsSystemWindows(false)
    } else {
        @Suppress("DEPRECATION") // Its successor came with API 30.
        decorView.systemUiVisibility = decorView.systemUiVisibility or
            View.SYSTEM_UI_FLAG_LAYOUT_STABLE or
            View.SYSTEM_UI_FLAG_LAYOUT_FULLSCREEN or
            View.SYSTEM_UI_FLAG_LAYOUT_HIDE_NAVIGATION
    }
}

/** Keeps this view's content clear of the bars and of the camera hole, on top of its own padding. */
internal fun View.padForBars() {
    val own = Rect(paddingLeft, paddingTop, paddingRight, paddingBottom)
    setOnApplyWindowInsetsListener { view, insets ->
        val bars = insets.bars()
        view.setPadding(own.left + bars.left, own.top + bars.top, own.right + bars.right, own.bottom + bars.bottom)
        insets
    }
    requestApplyInsets()
}

@LaterThanMinSdk
private fun WindowInsets.bars(): Rect {
    if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.R) {
        val bars = getInsets(WindowInsets.Type.systemBars() or WindowInsets.Type.displayCutout())
        return Rect(bars.left, bars.top, bars.right, bars.bottom)
    }
    @Suppress("DEPRECATION") // Its successor came with API 30.
    return Rect(systemWindowInsetLeft, systemWindowInsetTop, systemWindowInsetRight, systemWindowInsetBottom)
}

package io.pocketlens.app.ui

import android.app.Dialog
import android.content.Context
import android.view.LayoutInflater
import android.view.View
import android.view.ViewGroup
import android.view.WindowManager
import io.pocketlens.app.R

/** A card that comes from below. A tap outside, or back, puts it away. */
open class Sheet(
    context: Context,
    content: Int,
    title: String,
) : Dialog(context, R.style.SheetDialog) {
    protected val texts = Texts(context.resources)

    init {
        setContentView(R.layout.sheet)
        setCanceledOnTouchOutside(true)
        val place: ViewGroup = findViewById(R.id.sheet_content)
        LayoutInflater.from(getContext()).inflate(content, place, true)
        findViewById<View>(R.id.sheet_outside).setOnClickListener { cancel() }
        findViewById<View>(R.id.sheet).apply {
            padForBars()
            accessibilityPaneTitleIfPossible(title)
        }
        window?.apply {
            setLayout(WindowManager.LayoutParams.MATCH_PARENT, WindowManager.LayoutParams.MATCH_PARENT)
            goEdgeToEdge()
        }
    }
}

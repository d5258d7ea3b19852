package io.pocketlens.app.ui

import android.app.Activity
import android.view.View
import android.widget.ImageButton
import android.widget.ImageView
import android.widget.TextView
import io.pocketlens.app.AppGraph
import io.pocketlens.app.R
import io.pocketlens.app.screen.Answer
import io.pocketlens.app.screen.ScreenState

/** What the main screen's buttons do. */
interface LensActions : MainActions {
    fun openPerformance()

    fun openLabel(index: Int)

    fun setTorch(on: Boolean)

    fun switchCamera()

    /** Holds the picture, or goes on from a held one or a photo. */
    fun holdOrGoOn()
}

/** The main screen's views, bound to one [ScreenState] after the other. */
class MainViews(
    activity: Activity,
    private val actions: LensActions,
    graph: AppGraph,
) : View.OnClickListener {
    private val texts = Texts(activity.resources)
    private val pages = MainPages(texts, actions)
    private val content: View = activity.findViewById(R.id.content)
    private val page = Page(activity.findViewById(R.id.page), pages)
    private val panel = AnswerPanel(content, texts, actions)
    private val announcer = Announcer(activity.findViewById(R.id.announcement), texts, graph)
    private val still: ImageView = activity.findViewById(R.id.still)
    private val note: TextView = activity.findViewById(R.id.lens_note)
    private val back: View = activity.findViewById(R.id.back)
    private val torch: ImageButton = activity.findViewById(R.id.torch)
    private val shutter: ImageButton = activity.findViewById(R.id.shutter)
    private val switch: View = activity.findViewById(R.id.switch_camera)

    private var torchOn = false

    val viewfinder: ViewfinderView = activity.findViewById(R.id.viewfinder)

    init {
        content.padForBars()
        activity.findViewById<View>(R.id.page).padForBars()
        panel.reserve(RESERVED_ROWS)
        for (id in BUTTONS) activity.findViewById<View>(id).setOnClickListener(this)
    }

    override fun onClick(button: View) =
        when (button.id) {
            R.id.back -> actions.backToCamera()
            R.id.shutter -> actions.holdOrGoOn()
            R.id.switch_camera -> actions.switchCamera()
            R.id.torch -> actions.setTorch(!torchOn)
            R.id.photo -> actions.pickPhoto()
            R.id.settings -> actions.openSettings()
            else -> actions.openPerformance()
        }

    fun show(state: ScreenState) =
        when (state) {
            is ScreenState.Permission -> cover(pages.permission(state.need))
            is ScreenState.Problem -> cover(pages.problem(state.trouble))
            is ScreenState.Viewfinder -> lens(state)
            is ScreenState.Photo -> photo(state)
        }

    private fun cover(with: PageContent) {
        page.show(with)
        content.importantForAccessibility = View.IMPORTANT_FOR_ACCESSIBILITY_NO_HIDE_DESCENDANTS
        announcer.show(null)
    }

    private fun uncover() {
        page.hide()
        content.importantForAccessibility = View.IMPORTANT_FOR_ACCESSIBILITY_AUTO
    }

    private fun lens(state: ScreenState.Viewfinder) {
        uncover()
        viewfinder.show(state.camera)
        still.scaleType = ImageView.ScaleType.CENTER_CROP
        still.setImageBitmap(state.still)
        still.shown(state.still != null)
        mark(if (state.frozen) texts[R.string.held] else null)
        torch(state)
        button(
            if (state.frozen) R.drawable.ic_play else R.drawable.ic_pause,
            if (state.frozen) R.string.go_on else R.string.hold,
        )
        enable(shutter, state.frozen || state.camera != null)
        switch.visibility = if (state.camera?.canSwitch == true) View.VISIBLE else View.INVISIBLE
        answer(state.answer, reading = false)
    }

    private fun photo(state: ScreenState.Photo) {
        uncover()
        still.scaleType = ImageView.ScaleType.FIT_CENTER
        still.setImageBitmap(state.picture)
        still.shown(true)
        still.setBackgroundResource(R.color.lens)
        mark(texts[R.string.photo])
        torch.shown(false)
        button(R.drawable.ic_camera, R.string.back_to_camera)
        enable(shutter, true)
        switch.visibility = View.INVISIBLE
        answer(state.answer, reading = true)
    }

    private fun answer(
        answer: Answer,
        reading: Boolean,
    ) {
        panel.show(answer, reading)
        announcer.show(answer)
    }

    private fun mark(says: String?) {
        note.text = says
        note.shown(says != null)
        back.shown(says != null)
    }

    private fun torch(state: ScreenState.Viewfinder) {
        torch.shown(state.camera?.hasTorch == true && !state.frozen)
        torch.setImageResource(if (state.torch) R.drawable.ic_torch_on else R.drawable.ic_torch)
        torch.contentDescription = texts[if (state.torch) R.string.torch_turn_off else R.string.torch_turn_on]
        torchOn = state.torch
    }

    private fun enable(
        view: View,
        yes: Boolean,
    ) {
        view.isEnabled = yes
        view.alpha = if (yes) 1f else DISABLED
    }

    private fun button(
        icon: Int,
        says: Int,
    ) {
        shutter.setImageResource(icon)
        shutter.contentDescription = texts[says]
    }

    private companion object {
        const val RESERVED_ROWS = 5
        const val DISABLED = 0.4f
        val BUTTONS =
            intArrayOf(
                R.id.back,
                R.id.shutter,
                R.id.switch_camera,
                R.id.torch,
                R.id.photo,
                R.id.settings,
                R.id.performance,
            )
    }
}

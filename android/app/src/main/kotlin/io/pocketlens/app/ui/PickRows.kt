package io.pocketlens.app.ui

import android.view.LayoutInflater
import android.view.View
import android.view.ViewGroup
import android.widget.ImageView
import android.widget.TextView
import io.pocketlens.app.R
import io.pocketlens.app.settings.Settings
import io.pocketlens.app.settings.SettingsState
import io.pocketlens.classifier.StoredPackage

/** Rows of which one is chosen, marked with a tick. */
class PickRows(
    private val inflater: LayoutInflater,
    private val texts: Texts,
) {
    /** Adds a row to [body]; a tap on it gives [onPick] the row, which carries [tag]. */
    fun row(
        body: ViewGroup,
        title: String,
        note: String?,
        tag: Any,
        onPick: View.OnClickListener?,
    ): View {
        val row = inflater.inflate(R.layout.setting_pick, body, false)
        row.findViewById<TextView>(R.id.pick_title).text = title
        val below: TextView = row.findViewById(R.id.pick_note)
        below.text = note
        below.shown(note != null)
        row.tag = tag
        row.setOnClickListener(onPick)
        row.isClickable = onPick != null
        body.addView(row)
        return row
    }

    /** Shows, and says, whether the row is the chosen one. */
    fun mark(
        row: View,
        title: String,
        chosen: Boolean,
    ) {
        val tick: ImageView = row.findViewById(R.id.pick_icon)
        tick.setImageResource(R.drawable.ic_check)
        tick.visibility = if (chosen) View.VISIBLE else View.INVISIBLE
        row.isSelected = chosen
        row.contentDescription = "$title, ${texts[if (chosen) R.string.chosen else R.string.not_chosen]}"
    }
}

/** The models to choose from: the built-in one, the imported ones, and a way to add one. */
class ModelRows(
    private val body: ViewGroup,
    private val picks: PickRows,
    private val texts: Texts,
    private val actions: SettingsActions,
) : View.OnClickListener {
    private var settings = Settings()

    /** Builds the rows anew where [state] differs from the one [before]. */
    fun show(
        state: SettingsState.Shown,
        before: SettingsState.Shown?,
    ) {
        settings = state.settings
        val chosen = settings.model
        if (before != null && before.models == state.models && before.settings.model == chosen) return
        body.removeAllViews()
        val own = texts[R.string.model_built_in]
        picks.mark(picks.row(body, own, texts[R.string.model_built_in_note], BUILT_IN, this), own, chosen == null)
        if (state.models == null) picks.row(body, texts[R.string.model_loading], null, BUILT_IN, null)
        for (stored in state.models.orEmpty()) imported(stored, stored.name == chosen)
        val add = picks.row(body, texts[R.string.model_add], texts[R.string.model_add_note], ADD, this)
        add.findViewById<ImageView>(R.id.pick_icon).setImageResource(R.drawable.ic_add)
    }

    private fun imported(
        stored: StoredPackage,
        isChosen: Boolean,
    ) {
        val title = stored.title.ifEmpty { stored.name }
        val row = picks.row(body, title, stored.name, stored, this)
        picks.mark(row, title, isChosen)
        val remove: View = row.findViewById(R.id.pick_remove)
        remove.shown(true)
        remove.contentDescription = texts.of(R.string.model_remove, title)
        remove.tag = stored
        remove.setOnClickListener(this)
    }

    override fun onClick(view: View) {
        val stored = view.tag as? StoredPackage
        if (view.tag == ADD) {
            actions.addModel()
        } else if (stored != null && view.id == R.id.pick_remove) {
            actions.removeModel(stored)
        } else {
            actions.choose(settings.copy(model = stored?.name))
        }
    }

    private companion object {
        const val BUILT_IN = 0
        const val ADD = 1
    }
}

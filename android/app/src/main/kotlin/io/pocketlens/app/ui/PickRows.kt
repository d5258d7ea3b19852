package io.pocketlens.app.ui

import android.view.LayoutInflater
import android.view.View
import android.view.ViewGroup
import android.widget.ImageView
import android.widget.TextView
import io.pocketlens.app.R
import io.pocketlens.app.settings.SettingsState
import io.pocketlens.classifier.StoredPackage

/** Rows of which one is chosen, marked with a tick. */
class PickRows(
    private val inflater: LayoutInflater,
    private val texts: Texts,
) {
    /** Adds a row to [body]. */
    fun row(
        body: ViewGroup,
        title: String,
        note: String?,
        onPick: () -> Unit,
    ): View {
        val row = inflater.inflate(R.layout.setting_pick, body, false)
        row.findViewById<TextView>(R.id.pick_title).text = title
        val below: TextView = row.findViewById(R.id.pick_note)
        below.text = note
        below.shown(note != null)
        row.setOnClickListener { onPick() }
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
    private val picks: PickRows,
    private val texts: Texts,
    private val actions: SettingsActions,
    private val onPick: (String?) -> Unit,
) {
    fun fill(
        body: ViewGroup,
        state: SettingsState.Shown,
    ) {
        body.removeAllViews()
        val chosen = state.settings.model
        val own = texts[R.string.model_built_in]
        val builtIn = picks.row(body, own, texts[R.string.model_built_in_note]) { onPick(null) }
        picks.mark(builtIn, own, chosen == null)
        if (state.models == null) picks.row(body, texts[R.string.model_loading], null) {}.isClickable = false
        state.models?.forEach { imported(body, it, it.name == chosen) }
        val add = picks.row(body, texts[R.string.model_add], texts[R.string.model_add_note], actions::addModel)
        add.findViewById<ImageView>(R.id.pick_icon).setImageResource(R.drawable.ic_add)
    }

    private fun imported(
        body: ViewGroup,
        stored: StoredPackage,
        isChosen: Boolean,
    ) {
        val title = stored.title.ifEmpty { stored.name }
        val row = picks.row(body, title, stored.name) { onPick(stored.name) }
        picks.mark(row, title, isChosen)
        val remove: View = row.findViewById(R.id.pick_remove)
        remove.shown(true)
        remove.contentDescription = texts.of(R.string.model_remove, title)
        remove.setOnClickListener { actions.removeModel(stored) }
    }
}

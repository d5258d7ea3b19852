package io.pocketlens.app.ui

import android.app.Activity
import android.view.LayoutInflater
import android.view.View
import android.view.ViewGroup
import android.widget.Switch
import android.widget.TextView
import io.pocketlens.app.R
import io.pocketlens.app.settings.Settings
import io.pocketlens.app.settings.SettingsState
import io.pocketlens.classifier.StoredPackage
import io.pocketlens.classifier.Strictness

/** What the settings screen's rows do besides changing settings. */
interface SettingsActions {
    fun leave()

    fun addModel()

    fun removeModel(stored: StoredPackage)
}

/** The settings screen's views. They are built once; later states only change what differs. */
class SettingsViews(
    private val activity: Activity,
    actions: SettingsActions,
    private val change: (Settings.() -> Settings) -> Unit,
) {
    private val texts = Texts(activity.resources)
    private val sections: ViewGroup = activity.findViewById(R.id.settings_sections)
    private val binders = ArrayList<(SettingsState.Shown) -> Unit>()
    private val picks = PickRows(LayoutInflater.from(activity), texts)

    init {
        activity.findViewById<View>(R.id.root).padForBars()
        activity.findViewById<View>(R.id.close).setOnClickListener { actions.leave() }
        models(section(R.string.section_model), actions)
        answers(section(R.string.section_answers))
        languages(section(R.string.language_title))
        speed(section(R.string.section_speed))
        about(section(R.string.section_about))
    }

    fun show(state: SettingsState) {
        sections.visibility = if (state is SettingsState.Shown) View.VISIBLE else View.INVISIBLE
        if (state is SettingsState.Shown) binders.forEach { it(state) }
    }

    private fun models(
        body: ViewGroup,
        actions: SettingsActions,
    ) {
        var shown: SettingsState.Shown? = null
        binders += { state ->
            if (state.models != shown?.models || state.settings.model != shown?.settings?.model || shown == null) {
                ModelRows(picks, texts, actions) { name -> change { copy(model = name) } }.fill(body, state)
            }
            shown = state
        }
    }

    private fun answers(body: ViewGroup) {
        val counts = Settings.LABEL_COUNTS.map { Option(it.toString(), it) }
        val levels =
            listOf(
                Option(texts[R.string.strict], Strictness.STRICT),
                Option(texts[R.string.normal], Strictness.NORMAL),
                Option(texts[R.string.lenient], Strictness.LENIENT),
            )
        add(body, Choice(R.string.labels_title, R.string.labels_note, counts, { labels }) { copy(labels = it) })
        add(
            body,
            Choice(
                R.string.strictness_title,
                R.string.strictness_note,
                levels,
                { strictness },
            ) { copy(strictness = it) },
        )
    }

    private fun languages(body: ViewGroup) {
        val names =
            listOf(
                R.string.language_en,
                R.string.language_zh,
                R.string.language_es,
                R.string.language_de,
                R.string.language_fr,
            )
        val offered = listOf<Pair<String?, Int>>(null to R.string.language_phone) + Settings.LANGUAGES.zip(names)
        body.addView(note(R.string.language_note))
        for ((language, name) in offered) {
            val row = picks.row(body, texts[name], null) { change { copy(language = language) } }
            binders += { picks.mark(row, texts[name], it.settings.language == language) }
        }
    }

    private fun speed(body: ViewGroup) {
        val counts = Settings.THREAD_COUNTS.map { Option(it.toString(), it) }
        add(body, Choice(R.string.threads_title, R.string.threads_note, counts, { threads }) { copy(threads = it) })
        val row = inflate(R.layout.setting_switch, body)
        row.findViewById<TextView>(R.id.switch_note).setText(R.string.fp16_note)
        val control: Switch = row.findViewById(R.id.switch_control)
        control.setText(R.string.fp16_title)
        control.setOnClickListener { change { copy(fp16 = control.isChecked) } }
        binders += { control.isChecked = it.settings.fp16 }
    }

    private fun about(body: ViewGroup) {
        val version = activity.packageManager.getPackageInfo(activity.packageName, 0).versionName
        body.addView(note(R.string.about_text).apply { text = texts.of(R.string.about_text, version.orEmpty()) })
    }

    private fun <T> add(
        body: ViewGroup,
        choice: Choice<T>,
    ) {
        val row = inflate(R.layout.setting_choice, body)
        row.findViewById<TextView>(R.id.choice_title).setText(choice.title)
        row.findViewById<TextView>(R.id.choice_note).setText(choice.note)
        val bar: SegmentBar = row.findViewById(R.id.choice_options)
        bar.offer(choice.options.map { it.name }) { change { choice.set(this, choice.options[it].value) } }
        binders += { state -> bar.choose(choice.options.indexOfFirst { it.value == choice.get(state.settings) }) }
    }

    private fun note(text: Int): TextView =
        TextView(activity, null, 0, R.style.Text_Soft).apply {
            setText(text)
            val side = resources.getDimensionPixelSize(R.dimen.note_side)
            setPadding(side, side / 2, side, side / 2)
        }

    private fun section(title: Int): ViewGroup {
        val view = inflate(R.layout.setting_section, sections)
        view.findViewById<TextView>(R.id.section_title).setText(title)
        return view.findViewById(R.id.section_body)
    }

    private fun inflate(
        layout: Int,
        into: ViewGroup,
    ): View = LayoutInflater.from(activity).inflate(layout, into, false).also(into::addView)
}

private class Option<T>(
    val name: String,
    val value: T,
)

/** One of a few values of a setting. */
private class Choice<T>(
    val title: Int,
    val note: Int,
    val options: List<Option<T>>,
    val get: Settings.() -> T,
    val set: Settings.(T) -> Settings,
)

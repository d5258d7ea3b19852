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

    /** The settings are to be these from now on. */
    fun choose(settings: Settings)
}

/** The settings screen's views. They are built once; later states only change what differs. */
class SettingsViews(
    private val activity: Activity,
    private val actions: SettingsActions,
) : View.OnClickListener,
    SegmentBar.Listener {
    private val texts = Texts(activity.resources)
    private val sections: ViewGroup = activity.findViewById(R.id.settings_sections)
    private val picks = PickRows(LayoutInflater.from(activity), texts)
    private var shown: SettingsState.Shown? = null

    private val models = ModelRows(section(R.string.section_model), picks, texts, actions)
    private val answers = section(R.string.section_answers)
    private val labels = choice(answers, R.string.labels_title, R.string.labels_note, words(Settings.LABEL_COUNTS))
    private val strictness =
        choice(
            answers,
            R.string.strictness_title,
            R.string.strictness_note,
            listOf(texts[R.string.strict], texts[R.string.normal], texts[R.string.lenient]),
        )
    private val languages = section(R.string.language_title)
    private val speed = section(R.string.section_speed)
    private val threads = choice(speed, R.string.threads_title, R.string.threads_note, words(Settings.THREAD_COUNTS))
    private val fp16: Switch

    init {
        activity.findViewById<View>(R.id.root).padForBars()
        activity.findViewById<View>(R.id.close).setOnClickListener(this)
        languages.addView(note(texts[R.string.language_note]))
        for (name in LANGUAGE_NAMES) picks.row(languages, texts[name], null, name, this)
        val row = inflate(R.layout.setting_switch, speed)
        row.findViewById<TextView>(R.id.switch_note).setText(R.string.fp16_note)
        fp16 = row.findViewById(R.id.switch_control)
        fp16.setText(R.string.fp16_title)
        fp16.setOnClickListener(this)
        val version = activity.packageManager.getPackageInfo(activity.packageName, 0).versionName
        section(R.string.section_about).addView(note(texts.of(R.string.about_text, version.orEmpty())))
    }

    fun show(state: SettingsState) {
        sections.visibility = if (state is SettingsState.Shown) View.VISIBLE else View.INVISIBLE
        if (state !is SettingsState.Shown) return
        models.show(state, shown)
        shown = state
        val settings = state.settings
        labels.choose(Settings.LABEL_COUNTS.indexOf(settings.labels))
        strictness.choose(settings.strictness.ordinal)
        threads.choose(Settings.THREAD_COUNTS.indexOf(settings.threads))
        fp16.isChecked = settings.fp16
        val language = 1 + Settings.LANGUAGES.indexOf(settings.language)
        for (i in LANGUAGE_NAMES.indices) {
            picks.mark(languages.getChildAt(i + 1), texts[LANGUAGE_NAMES[i]], i == language)
        }
    }

    override fun onPick(
        bar: SegmentBar,
        place: Int,
    ) {
        val now = shown?.settings ?: return
        actions.choose(
            when (bar) {
                labels -> now.copy(labels = Settings.LABEL_COUNTS[place])
                threads -> now.copy(threads = Settings.THREAD_COUNTS[place])
                else -> now.copy(strictness = Strictness.values()[place])
            },
        )
    }

    override fun onClick(view: View) {
        if (view.id == R.id.close) return actions.leave()
        val now = shown?.settings ?: return
        if (view == fp16) return actions.choose(now.copy(fp16 = fp16.isChecked))
        val place = LANGUAGE_NAMES.indexOf(view.tag as Int)
        actions.choose(now.copy(language = if (place == 0) null else Settings.LANGUAGES[place - 1]))
    }

    private fun words(counts: List<Int>): List<String> = counts.map { it.toString() }

    private fun choice(
        body: ViewGroup,
        title: Int,
        note: Int,
        options: List<String>,
    ): SegmentBar {
        val row = inflate(R.layout.setting_choice, body)
        row.findViewById<TextView>(R.id.choice_title).setText(title)
        row.findViewById<TextView>(R.id.choice_note).setText(note)
        val bar: SegmentBar = row.findViewById(R.id.choice_options)
        bar.offer(options, this)
        return bar
    }

    private fun note(says: String): TextView =
        TextView(activity, null, 0, R.style.Text_Soft).apply {
            text = says
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
    ): View {
        val view = LayoutInflater.from(activity).inflate(layout, into, false)
        into.addView(view)
        return view
    }

    private companion object {
        /** The phone's own language, then those of [Settings.LANGUAGES]. */
        val LANGUAGE_NAMES =
            intArrayOf(
                R.string.language_phone,
                R.string.language_en,
                R.string.language_zh,
                R.string.language_es,
                R.string.language_de,
                R.string.language_fr,
            )
    }
}

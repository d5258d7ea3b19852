package io.pocketlens.device

import android.annotation.SuppressLint
import android.os.SystemClock
import android.view.accessibility.AccessibilityNodeInfo
import org.junit.Assert.fail

/**
 * What the screen says and what can be tapped on it, as a screen reader finds it. Its texts are the
 * app's own and are asked for by the names of their resources.
 */
internal interface Screen {
    /** Everything that is said now: texts and descriptions. */
    fun texts(): List<String>

    /** Taps what says exactly [text]; false where nothing that can be tapped does. */
    fun tap(text: String): Boolean
}

/** The window in front, by Android's accessibility. */
internal class AccessibleScreen : Screen {
    override fun texts(): List<String> = nodes().flatMap { it.said() }.toList()

    override fun tap(text: String): Boolean {
        val node = nodes().firstOrNull { text in it.said() } ?: return false
        val button = generateSequence(node) { it.parent }.firstOrNull { it.isClickable } ?: return false
        return button.performAction(AccessibilityNodeInfo.ACTION_CLICK)
    }

    private fun nodes(): Sequence<AccessibilityNodeInfo> {
        val root = Device.instrumentation.uiAutomation.rootInActiveWindow ?: return emptySequence()
        return below(root)
    }

    private fun below(node: AccessibilityNodeInfo): Sequence<AccessibilityNodeInfo> =
        sequenceOf(node) + (0 until node.childCount).asSequence().mapNotNull(node::getChild).flatMap(::below)

    private fun AccessibilityNodeInfo.said() = listOfNotNull(text, contentDescription).map { it.toString().trim() }
}

/** The app's text of a name; tests know no text by heart. */
@SuppressLint("DiscouragedApi") // The app's R is not this module's.
internal fun text(name: String): String {
    val id = Device.app.resources.getIdentifier(name, "string", Device.app.packageName)
    check(id != 0) { "The app has no text named $name." }
    return Device.app.getString(id)
}

internal fun Screen.says(name: String): Boolean = text(name) in texts()

/** Waits until [reached]; the screen's texts are in the error when it does not come to that. */
internal fun Screen.await(
    what: String,
    seconds: Int = PATIENCE_S,
    reached: Screen.() -> Boolean,
) {
    val end = SystemClock.elapsedRealtime() + seconds * MS
    while (!reached()) {
        if (SystemClock.elapsedRealtime() > end) fail("$what: not within $seconds s. The screen says ${texts()}")
        Device.pause(POLL_MS)
    }
}

/** Waits for the button named [name] and taps it. */
internal fun Screen.press(name: String) = await("the button $name can be tapped") { tap(text(name)) }

private const val PATIENCE_S = 20
private const val MS = 1000L
private const val POLL_MS = 100L

package io.pocketlens.app

import android.view.View
import android.view.ViewGroup
import android.view.accessibility.AccessibilityNodeInfo

/** What TalkBack would find in a window: the texts of its virtual nodes, whatever the classes are called. */
object Spoken {
    fun by(view: View): List<String> {
        val found = ArrayList<String>()
        collect(view, found)
        return found
    }

    private fun collect(
        view: View,
        found: MutableList<String>,
    ) {
        val provider = view.accessibilityNodeProvider
        if (provider != null) {
            for (id in -1..MOST_NODES) provider.createAccessibilityNodeInfo(id)?.let { add(it, found) }
        }
        if (view is ViewGroup) for (i in 0 until view.childCount) collect(view.getChildAt(i), found)
    }

    private fun add(
        node: AccessibilityNodeInfo,
        found: MutableList<String>,
    ) {
        listOfNotNull(node.text, node.contentDescription).mapTo(found) { it.toString() }
    }

    private const val MOST_NODES = 3000
}

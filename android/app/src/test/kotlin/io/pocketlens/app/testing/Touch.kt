package io.pocketlens.app.testing

import androidx.compose.ui.semantics.SemanticsNode
import androidx.compose.ui.semantics.SemanticsProperties
import androidx.compose.ui.semantics.getOrNull
import androidx.compose.ui.test.hasClickAction
import androidx.compose.ui.test.junit4.ComposeTestRule
import org.junit.Assert.assertTrue

private const val LEAST_DP = 47.5

/** What TalkBack says of a node. */
fun SemanticsNode.words(): List<String> =
    config.getOrNull(SemanticsProperties.ContentDescription).orEmpty() +
        config
            .getOrNull(SemanticsProperties.Text)
            .orEmpty()
            .map { it.text }

/** Whatever can be tapped, [least] things or more, has words for TalkBack and is as large as a finger needs. */
fun ComposeTestRule.assertTouchable(
    screen: String,
    least: Int,
) {
    val nodes = onAllNodes(hasClickAction()).fetchSemanticsNodes()
    assertTrue("$screen has only ${nodes.size} things to tap", nodes.size >= least)
    for (node in nodes) {
        assertTrue("$screen: a button without words: ${node.config}", node.words().any { it.isNotBlank() })
        val (width, height) = with(density) { node.touchBoundsInRoot.run { width.toDp() to height.toDp() } }
        val large = width.value >= LEAST_DP && height.value >= LEAST_DP
        assertTrue("$screen: ${node.words()} is $width x $height", large)
    }
}

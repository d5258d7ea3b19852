package io.pocketlens.app

import androidx.activity.ComponentActivity
import androidx.compose.foundation.layout.Column
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.setValue
import androidx.compose.ui.test.assertIsDisplayed
import androidx.compose.ui.test.junit4.v2.createAndroidComposeRule
import androidx.compose.ui.test.onNodeWithText
import io.pocketlens.classifier.Classification
import io.pocketlens.classifier.YuvFrame
import io.pocketlens.classifier.YuvPlane
import io.pocketlens.classifier.testing.FakeClassifier
import org.junit.Rule
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.annotation.Config
import java.nio.ByteBuffer

/** The screen of android/README.md, as it stands there. */
@RunWith(RobolectricTestRunner::class)
@Config(sdk = [34])
class ReadmeTest {
    @get:Rule
    val rule = createAndroidComposeRule<ComponentActivity>()

    // README
    @Composable
    fun Answer(seen: Classification?) {
        Column {
            Text(seen?.headline?.label?.name ?: "Not sure", style = MaterialTheme.typography.headlineMedium)
            seen?.labels?.forEach { Text("%.2f  %s".format(it.score, it.label.name)) }
        }
    }
    // README

    @Test
    fun showsAnAnswer() {
        var seen by mutableStateOf<Classification?>(null)
        rule.setContent { Answer(seen) }
        rule.onNodeWithText("Not sure").assertIsDisplayed()
        val fake = FakeClassifier().apply { sees("Animal" to 0.9f, "Mammal" to 0.85f, "Dog" to 0.8f) }
        val plane = YuvPlane(ByteBuffer.allocateDirect(4), 2, 1)
        seen = fake.classify(YuvFrame(2, 2, plane, plane, plane))
        rule.onNodeWithText("Dog").assertIsDisplayed()
        rule.onNodeWithText("0.80  Dog").assertIsDisplayed()
    }
}

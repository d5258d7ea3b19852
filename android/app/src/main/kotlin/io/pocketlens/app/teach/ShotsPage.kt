package io.pocketlens.app.teach

import androidx.compose.foundation.background
import androidx.compose.foundation.border
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.BoxScope
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.height
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.layout.size
import androidx.compose.foundation.rememberScrollState
import androidx.compose.foundation.shape.RoundedCornerShape
import androidx.compose.foundation.verticalScroll
import androidx.compose.material3.LinearProgressIndicator
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.Text
import androidx.compose.material3.TextButton
import androidx.compose.runtime.Composable
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.draw.clip
import androidx.compose.ui.res.pluralStringResource
import androidx.compose.ui.res.stringResource
import androidx.compose.ui.semantics.LiveRegionMode
import androidx.compose.ui.semantics.clearAndSetSemantics
import androidx.compose.ui.semantics.contentDescription
import androidx.compose.ui.semantics.heading
import androidx.compose.ui.semantics.liveRegion
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.text.style.TextAlign
import androidx.compose.ui.text.style.TextOverflow
import androidx.compose.ui.unit.dp
import io.pocketlens.app.R
import io.pocketlens.app.camera.CameraInfo
import io.pocketlens.app.history.FilePicture
import io.pocketlens.app.live.PermissionNeed
import io.pocketlens.app.ui.LabelledAction
import io.pocketlens.app.ui.LensAction
import io.pocketlens.app.ui.LensLayout
import io.pocketlens.app.ui.theme.LensColors
import io.pocketlens.app.ui.words

/** Takes pictures of a thing, and says which ones still help. */
@Composable
fun ShotsPage(
    state: TeachUiState.Shooting,
    actions: TeachActions,
    preview: @Composable (CameraInfo?, Modifier) -> Unit,
) = LensLayout(
    picture = {
        Sight(state.eye, actions, preview)
        LensAction(R.drawable.ic_back, R.string.back, Modifier.align(Alignment.TopStart).padding(8.dp)) {
            actions.finishTeaching()
        }
    },
    panel = {
        Text(
            state.name,
            Modifier.semantics { heading() },
            style = MaterialTheme.typography.headlineMedium,
            maxLines = 1,
            overflow = TextOverflow.Ellipsis,
        )
        ShotRow(state)
        Advice(state)
        Box(Modifier.fillMaxWidth().height(4.dp)) { if (state.busy) LinearProgressIndicator(Modifier.fillMaxWidth()) }
        TextButton(actions::finishTeaching, Modifier.align(Alignment.End)) {
            Text(stringResource(R.string.teach_finish))
        }
    },
    controls = {
        Row(
            Modifier.fillMaxWidth().padding(vertical = 4.dp),
            Arrangement.SpaceEvenly,
            Alignment.CenterVertically,
        ) {
            LabelledAction(R.drawable.ic_photo, R.string.photos, enabled = !state.busy) { actions.choosePhotos() }
            LabelledAction(
                R.drawable.ic_camera,
                R.string.teach_take,
                main = true,
                enabled = state.eye is Eye.Running && !state.busy,
            ) { actions.take() }
            LabelledAction(R.drawable.ic_undo, R.string.undo, enabled = !state.busy) { actions.takeBack() }
        }
    },
)

/** What to do next: TalkBack says it as well. */
@Composable
private fun Advice(state: TeachUiState.Shooting) {
    val error = state.error
    val hint = stringResource(if (error == null) state.hint.says else error.ofTeaching())
    val left = if (state.left > 0) pluralStringResource(R.plurals.teach_left, state.left, state.left) else ""
    val colors = MaterialTheme.colorScheme
    Text(
        "$hint $left",
        Modifier.semantics { liveRegion = LiveRegionMode.Polite },
        color = if (error == null) colors.onSurfaceVariant else colors.error,
        style = MaterialTheme.typography.bodyLarge,
        minLines = 2,
    )
}

/** A place for each picture that helps, filled by the last ones taken. */
@Composable
private fun ShotRow(state: TeachUiState.Shooting) {
    val says = pluralStringResource(R.plurals.taught_pictures, state.shots.size, state.shots.size)
    val description = Modifier.clearAndSetSemantics { contentDescription = says }
    Row(description.padding(vertical = 12.dp), Arrangement.spacedBy(8.dp)) {
        val places = TeachUiState.ENOUGH.coerceAtLeast(minOf(state.shots.size + state.left, MOST_PLACES))
        val shown = state.shots.takeLast(places - if (state.left > 0 && state.shots.size >= places) 1 else 0)
        val shape = RoundedCornerShape(10.dp)
        for (place in 0 until places) {
            val size = Modifier.size(44.dp).clip(shape)
            val file = shown.getOrNull(place)
            if (file == null) {
                Box(size.border(2.dp, MaterialTheme.colorScheme.outlineVariant, shape))
            } else {
                FilePicture(file, size, sample = 1)
            }
        }
    }
}

@Composable
private fun BoxScope.Sight(
    eye: Eye,
    actions: TeachActions,
    preview: @Composable (CameraInfo?, Modifier) -> Unit,
) {
    when (eye) {
        is Eye.Running -> preview(eye.camera, Modifier.fillMaxSize())
        is Eye.Opening -> preview(null, Modifier.fillMaxSize())
        is Eye.NotAllowed ->
            if (eye.need == PermissionNeed.BLOCKED) {
                Without(R.string.permission_blocked_title, R.string.open_system_settings, actions::openSystemSettings)
            } else {
                Without(R.string.teach_no_camera, R.string.permission_allow, actions::askPermission)
            }
        is Eye.Failed -> Without(words(eye.trouble).first, R.string.try_again, actions::retryCamera)
    }
}

@Composable
private fun BoxScope.Without(
    says: Int,
    way: Int,
    go: () -> Unit,
) = Column(
    // Beside the way back, whatever the size of the letters.
    Modifier
        .align(Alignment.Center)
        .verticalScroll(rememberScrollState())
        .padding(horizontal = 56.dp, vertical = 16.dp),
    horizontalAlignment = Alignment.CenterHorizontally,
) {
    Text(
        stringResource(says),
        color = LensColors.content,
        style = MaterialTheme.typography.bodyLarge,
        textAlign = TextAlign.Center,
    )
    TextButton(go, Modifier.padding(top = 8.dp).background(LensColors.glass, RoundedCornerShape(24.dp))) {
        Text(stringResource(way), color = LensColors.content)
    }
}

private const val MOST_PLACES = 6

private val ShotHint.says: Int
    get() =
        when (this) {
            ShotHint.ANOTHER_SIDE -> R.string.hint_another_side
            ShotHint.GOOD -> R.string.hint_good
            ShotHint.TURN_IT -> R.string.hint_turn_it
            ShotHint.ANOTHER_PLACE -> R.string.hint_another_place
        }

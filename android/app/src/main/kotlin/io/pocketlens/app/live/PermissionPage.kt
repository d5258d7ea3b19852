package io.pocketlens.app.live

import androidx.compose.runtime.Composable
import androidx.compose.ui.res.stringResource
import io.pocketlens.app.R
import io.pocketlens.app.ui.Message
import io.pocketlens.app.ui.MessagePage
import io.pocketlens.app.ui.Way

/** Says what the camera is for and asks for it, or leads to where it can be allowed. */
@Composable
fun PermissionPage(
    need: PermissionNeed,
    actions: LiveActions,
) {
    val photo = Way(R.string.choose_photo, actions::choosePhoto)
    val ask = Way(R.string.permission_allow, actions::askPermission)
    val system = Way(R.string.open_system_settings, actions::openSystemSettings)
    when (need) {
        PermissionNeed.FIRST ->
            MessagePage(
                Message(
                    R.drawable.ic_camera,
                    stringResource(R.string.permission_title),
                    stringResource(R.string.permission_text),
                ),
                listOf(ask, photo),
            )
        PermissionNeed.REFUSED ->
            MessagePage(
                Message(
                    R.drawable.ic_lock,
                    stringResource(R.string.permission_refused_title),
                    stringResource(R.string.permission_refused_text),
                ),
                listOf(ask, photo),
            )
        PermissionNeed.BLOCKED ->
            MessagePage(
                Message(
                    R.drawable.ic_lock,
                    stringResource(R.string.permission_blocked_title),
                    stringResource(R.string.permission_blocked_text),
                ),
                listOf(system, photo),
            )
    }
}

package io.pocketlens.app.ui

import androidx.annotation.DrawableRes
import androidx.annotation.StringRes
import androidx.compose.material3.Icon
import androidx.compose.material3.IconButton
import androidx.compose.material3.IconButtonDefaults
import androidx.compose.runtime.Composable
import androidx.compose.ui.Modifier
import androidx.compose.ui.res.painterResource
import androidx.compose.ui.res.stringResource
import io.pocketlens.app.ui.theme.LensColors

/** A button with a picture and, in words, what it does; at least 48 dp large. */
@Composable
fun IconAction(
    @DrawableRes icon: Int,
    @StringRes says: Int,
    modifier: Modifier = Modifier,
    enabled: Boolean = true,
    onClick: () -> Unit,
) = IconButton(onClick, modifier, enabled) { Icon(painterResource(icon), stringResource(says)) }

/** As [IconAction], on the camera's picture. */
@Composable
fun LensAction(
    @DrawableRes icon: Int,
    @StringRes says: Int,
    modifier: Modifier = Modifier,
    onClick: () -> Unit,
) = IconButton(
    onClick,
    modifier,
    colors = IconButtonDefaults.iconButtonColors(LensColors.glass, LensColors.content),
) { Icon(painterResource(icon), stringResource(says)) }

package io.pocketlens.app.ui

import io.pocketlens.app.R
import io.pocketlens.app.camera.CameraTrouble
import io.pocketlens.app.permission.PermissionNeed
import io.pocketlens.app.screen.Trouble
import io.pocketlens.classifier.ErrorCode

/** What the user can do on the main screen's pages. */
interface MainActions {
    fun askPermission()

    fun openSystemSettings()

    fun pickPhoto()

    fun openSettings()

    fun retry()

    fun useBuiltIn()

    fun backToCamera()
}

/** The main screen's pages: the permission and every failure, each with a way on. */
class MainPages(
    private val texts: Texts,
    private val actions: MainActions,
) {
    private val photo = Way(R.string.choose_photo, actions::pickPhoto)
    private val again = Way(R.string.try_again, actions::retry)

    fun permission(need: PermissionNeed): PageContent =
        when (need) {
            PermissionNeed.FIRST -> ask(R.drawable.ic_camera, R.string.permission_title, R.string.permission_text)
            PermissionNeed.REFUSED ->
                ask(R.drawable.ic_lock, R.string.permission_refused_title, R.string.permission_refused_text)
            PermissionNeed.BLOCKED ->
                PageContent(
                    R.drawable.ic_lock,
                    texts[R.string.permission_blocked_title],
                    texts[R.string.permission_blocked_text],
                    listOf(Way(R.string.open_system_settings, actions::openSystemSettings), photo),
                )
        }

    fun problem(trouble: Trouble): PageContent =
        when (trouble) {
            is Trouble.Camera -> camera(trouble.trouble)
            is Trouble.Model -> model(trouble)
            is Trouble.Photo ->
                PageContent(
                    R.drawable.ic_photo_off,
                    texts[R.string.photo_trouble_title],
                    texts.error(trouble.code),
                    listOf(
                        Way(R.string.choose_other_photo, actions::pickPhoto),
                        Way(R.string.back_to_camera, actions::backToCamera),
                    ),
                    isError = true,
                    code = trouble.code,
                    message = trouble.message,
                )
        }

    private fun ask(
        icon: Int,
        title: Int,
        text: Int,
    ) = PageContent(
        icon,
        texts[title],
        texts[text],
        listOf(Way(R.string.permission_allow, actions::askPermission), photo),
    )

    private fun model(trouble: Trouble.Model): PageContent {
        val missing = trouble.code == ErrorCode.LIBRARY_MISSING
        val title =
            when {
                missing -> R.string.library_trouble_title
                trouble.imported -> R.string.imported_trouble_title
                else -> R.string.model_trouble_title
            }
        val ways =
            when {
                missing -> listOf(again)
                trouble.imported ->
                    listOf(
                        Way(R.string.use_built_in, actions::useBuiltIn),
                        again,
                        Way(R.string.choose_model, actions::openSettings),
                    )
                else -> listOf(again, Way(R.string.choose_model, actions::openSettings))
            }
        val icon = if (missing) R.drawable.ic_chip else R.drawable.ic_box
        return PageContent(
            icon,
            texts[title],
            texts.error(trouble.code),
            ways,
            isError = true,
            code = trouble.code,
            message = trouble.message,
        )
    }

    private fun camera(trouble: CameraTrouble): PageContent =
        when (trouble) {
            CameraTrouble.NONE_PRESENT -> lost(R.string.camera_none_title, R.string.camera_none_text, listOf(photo))
            CameraTrouble.IN_USE -> lost(R.string.camera_in_use_title, R.string.camera_in_use_text)
            CameraTrouble.TAKEN -> lost(R.string.camera_taken_title, R.string.camera_taken_text)
            CameraTrouble.DISABLED -> lost(R.string.camera_disabled_title, R.string.camera_disabled_text)
            CameraTrouble.FAILED -> lost(R.string.camera_failed_title, R.string.camera_failed_text)
            CameraTrouble.NOT_PERMITTED -> lost(R.string.camera_not_permitted_title, R.string.camera_not_permitted_text)
        }

    private fun lost(
        title: Int,
        text: Int,
        ways: List<Way> = listOf(again, photo),
    ) = PageContent(R.drawable.ic_camera_off, texts[title], texts[text], ways, isError = true)
}

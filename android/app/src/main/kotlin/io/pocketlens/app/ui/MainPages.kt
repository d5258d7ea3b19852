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
) : WayTaker {
    override fun take(way: Int) =
        when (way) {
            R.string.permission_allow -> actions.askPermission()
            R.string.open_system_settings -> actions.openSystemSettings()
            R.string.try_again -> actions.retry()
            R.string.use_built_in -> actions.useBuiltIn()
            R.string.choose_model -> actions.openSettings()
            R.string.back_to_camera -> actions.backToCamera()
            else -> actions.pickPhoto() // choose_photo, choose_other_photo
        }

    fun permission(need: PermissionNeed): PageContent =
        when (need) {
            PermissionNeed.FIRST -> ask(R.drawable.ic_camera, R.string.permission_title, R.string.permission_text)
            PermissionNeed.REFUSED ->
                ask(R.drawable.ic_lock, R.string.permission_refused_title, R.string.permission_refused_text)
            PermissionNeed.BLOCKED ->
                ask(
                    R.drawable.ic_lock,
                    R.string.permission_blocked_title,
                    R.string.permission_blocked_text,
                    R.string.open_system_settings,
                )
        }

    fun problem(trouble: Trouble): PageContent =
        when (trouble) {
            is Trouble.Camera -> camera(trouble.trouble)
            is Trouble.Model -> model(trouble)
            is Trouble.Photo ->
                failure(
                    R.drawable.ic_photo_off,
                    R.string.photo_trouble_title,
                    trouble.code,
                    trouble.message,
                    intArrayOf(R.string.choose_other_photo, R.string.back_to_camera),
                )
        }

    private fun ask(
        icon: Int,
        title: Int,
        text: Int,
        way: Int = R.string.permission_allow,
    ) = PageContent(icon, texts[title], texts[text], intArrayOf(way, R.string.choose_photo))

    private fun model(trouble: Trouble.Model): PageContent {
        val again = R.string.try_again
        val choose = R.string.choose_model
        return when {
            trouble.code == ErrorCode.LIBRARY_MISSING ->
                model(trouble, R.drawable.ic_chip, R.string.library_trouble_title, again)
            trouble.imported ->
                model(trouble, R.drawable.ic_box, R.string.imported_trouble_title, R.string.use_built_in, again, choose)
            else -> model(trouble, R.drawable.ic_box, R.string.model_trouble_title, again, choose)
        }
    }

    private fun model(
        trouble: Trouble.Model,
        icon: Int,
        title: Int,
        vararg ways: Int,
    ) = failure(icon, title, trouble.code, trouble.message, ways)

    private fun failure(
        icon: Int,
        title: Int,
        code: ErrorCode,
        message: String,
        ways: IntArray,
    ) = PageContent(icon, texts[title], texts.error(code), ways, isError = true, code = code, message = message)

    private fun camera(trouble: CameraTrouble): PageContent {
        val title = texts.one(R.array.camera_titles, trouble)
        val text = texts.one(R.array.camera_texts, trouble)
        val again = if (trouble == CameraTrouble.NONE_PRESENT) intArrayOf() else intArrayOf(R.string.try_again)
        return PageContent(R.drawable.ic_camera_off, title, text, again + R.string.choose_photo, isError = true)
    }
}

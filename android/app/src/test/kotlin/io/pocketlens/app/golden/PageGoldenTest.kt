package io.pocketlens.app.golden

import io.pocketlens.app.camera.CameraTrouble
import io.pocketlens.app.permission.PermissionNeed
import io.pocketlens.app.screen.ScreenState
import io.pocketlens.app.settings.Settings
import io.pocketlens.app.testing.FakeModelStore
import io.pocketlens.app.testing.TestApp
import io.pocketlens.classifier.ClassifierException
import io.pocketlens.classifier.ErrorCode
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.annotation.Config

/** Every page that covers the camera screen: the permission and each failure. */
@RunWith(RobolectricTestRunner::class)
@Config(application = TestApp::class, qualifiers = Forms.PHONE)
class PageGoldenTest {
    private val graph get() = Screens.graph

    @Test
    fun permissionFirst() = shoot("page-permission-first")

    @Test
    @Config(qualifiers = Forms.PHONE_LAND_DARK)
    fun permissionLandscapeDark() = shoot("page-permission-landscape-dark")

    @Test
    @Config(qualifiers = Forms.PHONE_CHINESE)
    fun permissionChinese() = shoot("page-permission-chinese")

    @Test
    fun permissionRefused() {
        graph.permissions.refusedBefore = true
        shoot("page-permission-refused")
    }

    @Test
    fun permissionBlocked() {
        val activity = Screens.main().get()
        activity.show(ScreenState.Permission(PermissionNeed.BLOCKED))
        Golden.check("page-permission-blocked", Screens.picture(activity))
    }

    @Test
    fun cameraNone() = camera(CameraTrouble.NONE_PRESENT, "page-camera-none")

    @Test
    fun cameraInUse() = camera(CameraTrouble.IN_USE, "page-camera-in-use")

    @Test
    @Config(qualifiers = Forms.PHONE_DARK)
    fun cameraTaken() = camera(CameraTrouble.TAKEN, "page-camera-taken-dark")

    @Test
    fun cameraDisabled() = camera(CameraTrouble.DISABLED, "page-camera-disabled")

    @Test
    fun cameraFailed() = camera(CameraTrouble.FAILED, "page-camera-failed")

    @Test
    fun cameraNotPermitted() = camera(CameraTrouble.NOT_PERMITTED, "page-camera-not-permitted")

    @Test
    fun modelDamaged() = model("page-model-damaged", ErrorCode.WRONG_HASH)

    @Test
    fun libraryMissing() = model("page-library-missing", ErrorCode.LIBRARY_MISSING)

    @Test
    fun importedModelDamaged() {
        importedChosen()
        model("page-imported-damaged", ErrorCode.LABEL_COUNT_MISMATCH)
    }

    @Test
    fun importedModelDamagedLargeFont() {
        RuntimeEnvironment.setFontScale(Forms.LARGE_FONT)
        importedChosen()
        model("page-imported-damaged-large-font", ErrorCode.LABEL_COUNT_MISMATCH)
    }

    @Test
    fun runtimeError() {
        Screens.grantCamera()
        graph.opener.failure = failure(ErrorCode.PREDICT_FAILED)
        val activity = Screens.main().get()
        Screens.runs()
        Golden.check("page-runtime-error", Screens.picture(activity))
    }

    @Test
    fun photoUnreadable() {
        graph.photos.make = { throw failure(ErrorCode.UNREADABLE_PHOTO) }
        Screens.grantCamera()
        val activity = Screens.main().get()
        activity.onNewIntent(Screens.share())
        Screens.idle()
        Golden.check("page-photo-unreadable", Screens.picture(activity))
    }

    private fun importedChosen() {
        graph.models.stored += FakeModelStore.stored("my-flowers", "Flowers of my garden")
        graph.settings.stored = Settings(model = "my-flowers")
    }

    private fun camera(
        trouble: CameraTrouble,
        name: String,
    ) {
        Screens.grantCamera()
        val activity = Screens.main().get()
        graph.cameras.current?.fails(trouble)
        Screens.idle()
        Golden.check(name, Screens.picture(activity))
    }

    private fun model(
        name: String,
        code: ErrorCode,
    ) {
        graph.opener.refusal = failure(code)
        Screens.grantCamera()
        shoot(name)
    }

    private fun shoot(name: String) = Golden.check(name, Screens.picture(Screens.main().get()))

    private fun failure(code: ErrorCode) = ClassifierException(code, MESSAGES.getValue(code))

    private companion object {
        val MESSAGES =
            mapOf(
                ErrorCode.WRONG_HASH to
                    "model.ms has the SHA-256 3f0a…91c2, expected 77de…04b1. Copy the package again from its source.",
                ErrorCode.LIBRARY_MISSING to
                    "The native library could not be loaded: library \"libpocketlens.so\" not found.",
                ErrorCode.LABEL_COUNT_MISMATCH to
                    "labels.csv has 5 labels, but the model gives 6 outputs. Export the model with its own labels.",
                ErrorCode.PREDICT_FAILED to "Predict returned -1 (Common error code.).",
                ErrorCode.UNREADABLE_PHOTO to
                    "The file content://photos/1 is damaged or is no photo that this phone can decode.",
            )
    }
}

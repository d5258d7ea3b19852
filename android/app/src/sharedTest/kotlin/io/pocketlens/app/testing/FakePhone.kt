package io.pocketlens.app.testing

import android.content.Context
import android.os.Looper
import androidx.core.content.ContextCompat
import androidx.test.core.app.ApplicationProvider
import io.pocketlens.app.AppDispatchers
import io.pocketlens.app.AppGraph
import io.pocketlens.app.PocketlensApp
import io.pocketlens.app.history.FileHistory
import io.pocketlens.app.live.HeldPictureFile
import io.pocketlens.app.model.ModelOpener
import io.pocketlens.app.model.ModelPackages
import io.pocketlens.app.model.Models
import io.pocketlens.app.perf.Heat
import io.pocketlens.app.photo.PhotoSource
import io.pocketlens.app.teach.TaughtFiles
import io.pocketlens.app.teach.TaughtOpener
import io.pocketlens.app.teach.TaughtStore
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.SupervisorJob
import org.robolectric.Shadows.shadowOf
import java.io.File

/** A phone in which a test decides everything, the time included. All work waits on the main looper. */
class FakePhone(
    context: Context,
    realOpener: ModelOpener? = null,
    realPackages: ModelPackages? = null,
    realPhotos: PhotoSource? = null,
) {
    val dispatchers = AppDispatchers(engine = Dispatchers.Main, io = Dispatchers.Main)
    val cameras = FakeCameras()
    val opener = FakeOpener()
    val packages = FakePackages()
    val settings = FakeSettings()
    val memory = FakePermissionMemory()
    val photos = FakePhotos()
    val speaker = FakeSpeaker()
    var heat = Heat.NONE
    var clock = 10_000L
    val frames = FrameMaker { clock }
    var language = "en"
    private val scope = CoroutineScope(SupervisorJob() + Dispatchers.Main.immediate)
    private val firstShot = HeldPictureFile(dispatchers.io) { File(context.cacheDir, "first-shot.png") }
    val taught = TaughtStore(dispatchers.engine, TaughtFiles { File(context.filesDir, "taught") }, firstShot)
    private val taughtOpener = TaughtOpener(realOpener ?: opener, taught)
    val models = Models(settings, realPackages ?: packages, taughtOpener, dispatchers.engine, scope) { language }
    val history = FileHistory(dispatchers.io, { clock }) { File(context.filesDir, "history") }

    val graph =
        AppGraph(
            dispatchers = dispatchers,
            settings = settings,
            packages = realPackages ?: packages,
            models = models,
            cameras = cameras,
            photos = realPhotos ?: photos,
            names = { it.lastPathSegment.orEmpty() },
            history = history,
            heldPicture = HeldPictureFile(dispatchers.io) { File(context.cacheDir, "held.png") },
            taught = taught,
            memory = memory,
            thermometer = { heat },
            speaker = { speaker },
            main = ContextCompat.getMainExecutor(context),
            now = { clock },
        )

    /** The open camera delivers [count] frames, [everyMs] apart, and each is read. */
    fun sees(
        count: Int = 1,
        everyMs: Long = 33,
    ) = repeat(count) {
        clock += everyMs
        cameras.current?.delivers(frames.frame())
        settle()
    }

    /** Lets everything happen that waits. */
    fun settle() = shadowOf(Looper.getMainLooper()).idle()
}

/** The app on that phone. */
open class TestApp : PocketlensApp() {
    open val phone by lazy { FakePhone(this) }
    override val graph: AppGraph get() = phone.graph

    companion object {
        val phone: FakePhone get() = ApplicationProvider.getApplicationContext<TestApp>().phone
    }
}

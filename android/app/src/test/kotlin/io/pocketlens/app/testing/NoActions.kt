package io.pocketlens.app.testing

import android.net.Uri
import io.pocketlens.app.answer.AnswerActions
import io.pocketlens.app.history.HistoryActions
import io.pocketlens.app.history.HistoryEntry
import io.pocketlens.app.importing.ImportActions
import io.pocketlens.app.live.LiveActions
import io.pocketlens.app.photo.PhotoActions
import io.pocketlens.app.photo.PhotosActions
import io.pocketlens.app.results.PicturePart
import io.pocketlens.app.settings.SettingsActions
import io.pocketlens.app.settings.UserSettings
import io.pocketlens.app.teach.TaughtActions
import io.pocketlens.app.teach.TaughtFileActions
import io.pocketlens.app.teach.TaughtShot
import io.pocketlens.app.teach.TaughtThing
import io.pocketlens.app.teach.TeachActions
import io.pocketlens.classifier.StoredPackage

/** Actions that do nothing, for pictures and for tests that look at one of them. */
open class NoActions :
    LiveActions,
    PhotoActions,
    AnswerActions,
    PhotosActions,
    SettingsActions,
    ImportActions,
    HistoryActions,
    TeachActions,
    TaughtActions,
    TaughtFileActions {
    override fun retry() = Unit

    override fun useBuiltIn() = Unit

    override fun chooseModel() = Unit

    override fun choosePhoto() = Unit

    override fun backToCamera() = Unit

    override fun look(part: PicturePart?) = Unit

    override fun askPermission() = Unit

    override fun openSystemSettings() = Unit

    override fun openSettings() = Unit

    override fun openPerformance() = Unit

    override fun openLabel(index: Int) = Unit

    override fun closeSheet() = Unit

    override fun setTorch(on: Boolean) = Unit

    override fun switchCamera() = Unit

    override fun hold() = Unit

    override fun resume() = Unit

    override fun zoom(factor: Float) = Unit

    override fun focusAt(
        x: Float,
        y: Float,
    ) = Unit

    override fun copy(text: String) = Unit

    override fun say(text: String) = Unit

    override fun share() = Unit

    override fun copy() = Unit

    override fun save() = Unit

    override fun open(photo: Uri) = Unit

    override fun export() = Unit

    override fun close() = Unit

    override fun addModel() = Unit

    override fun choose(change: (UserSettings) -> UserSettings) = Unit

    override fun chooseLanguage(tag: String?) = Unit

    override fun askToRemove(stored: StoredPackage?) = Unit

    override fun remove() = Unit

    override fun openHistory() = Unit

    override fun install() = Unit

    override fun refuse() = Unit

    override fun use() = Unit

    override fun finish() = Unit

    override fun show(entry: HistoryEntry?) = Unit

    override fun share(entry: HistoryEntry) = Unit

    override fun remove(entry: HistoryEntry) = Unit

    override fun askToClear(asks: Boolean) = Unit

    override fun clear() = Unit

    override fun teach(wrong: Boolean) = Unit

    override fun openTaught() = Unit

    override fun type(text: String) = Unit

    override fun name(name: String) = Unit

    override fun take() = Unit

    override fun choosePhotos() = Unit

    override fun retryCamera() = Unit

    override fun takeBack() = Unit

    override fun finishTeaching() = Unit

    override fun goOn() = Unit

    override fun forgetAll() = Unit

    override fun askToRename(thing: TaughtThing?) = Unit

    override fun typeName(name: String) = Unit

    override fun rename() = Unit

    override fun remove(thing: TaughtThing) = Unit

    override fun removeShot(
        thing: TaughtThing,
        shot: TaughtShot,
    ) = Unit

    override fun undo() = Unit

    override fun forgetRemoved() = Unit

    override fun shareAll() = Unit

    override fun addFile() = Unit

    override fun add() = Unit
}

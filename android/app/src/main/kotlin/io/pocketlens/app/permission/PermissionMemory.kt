package io.pocketlens.app.permission

import android.content.SharedPreferences

/** Remembers between starts whether the camera was refused. May touch the disk. */
interface PermissionMemory {
    var refusedBefore: Boolean
}

/** [PermissionMemory] in shared preferences. */
class PreferencePermissionMemory(
    private val preferences: SharedPreferences,
) : PermissionMemory {
    override var refusedBefore: Boolean
        get() = preferences.getBoolean(KEY, false)
        set(value) = preferences.edit().putBoolean(KEY, value).apply()

    private companion object {
        const val KEY = "refused_before"
    }
}

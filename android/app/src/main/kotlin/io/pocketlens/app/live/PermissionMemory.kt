package io.pocketlens.app.live

import android.content.SharedPreferences
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.withContext

/** Remembers between starts whether the camera was refused. */
interface PermissionMemory {
    suspend fun refusedBefore(): Boolean

    suspend fun remember(refused: Boolean)
}

/** [PermissionMemory] in shared preferences. */
class PreferencePermissionMemory(
    private val io: CoroutineDispatcher,
    private val open: () -> SharedPreferences,
) : PermissionMemory {
    override suspend fun refusedBefore(): Boolean = withContext(io) { open().getBoolean(KEY, false) }

    override suspend fun remember(refused: Boolean) = withContext(io) { open().edit().putBoolean(KEY, refused).apply() }

    private companion object {
        const val KEY = "refused_before"
    }
}

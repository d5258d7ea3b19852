package io.pocketlens.app.perf

import android.content.Context
import android.os.Build
import android.os.PowerManager
import io.pocketlens.app.LaterThanMinSdk

/** How warm the phone says it is. */
enum class Heat { UNKNOWN, NONE, LIGHT, MODERATE, SEVERE, CRITICAL }

/** Asks the phone for its thermal status. */
fun interface Thermometer {
    fun heat(): Heat
}

/** Android's own status, which exists from API 29 on. */
class PowerThermometer(
    private val context: Context,
) : Thermometer {
    @LaterThanMinSdk
    override fun heat(): Heat {
        val power = context.getSystemService(PowerManager::class.java)
        if (power == null || Build.VERSION.SDK_INT < Build.VERSION_CODES.Q) return Heat.UNKNOWN
        return when (power.currentThermalStatus) {
            PowerManager.THERMAL_STATUS_NONE -> Heat.NONE
            PowerManager.THERMAL_STATUS_LIGHT -> Heat.LIGHT
            PowerManager.THERMAL_STATUS_MODERATE -> Heat.MODERATE
            PowerManager.THERMAL_STATUS_SEVERE -> Heat.SEVERE
            else -> Heat.CRITICAL
        }
    }
}

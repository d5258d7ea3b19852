package io.pocketlens.app.camera

import android.graphics.ImageFormat
import android.graphics.Rect
import android.graphics.SurfaceTexture
import android.hardware.camera2.CameraCharacteristics
import android.hardware.camera2.CameraManager

/** Which of the phone's cameras to try. */
object CameraPicks {
    /**
     * The cameras that look [wanted], then all others; ones that cannot be asked or deliver nothing
     * that can be used are left out. Empty: there is none.
     */
    fun candidates(
        manager: CameraManager,
        wanted: Facing,
    ): List<CameraPick> {
        val all = manager.cameraIdList.mapNotNull { asked(manager, it) }
        val facings = all.map { it.facing }.distinct()
        val order = listOf(wanted, Facing.BACK, Facing.FRONT, Facing.EXTERNAL).distinct()
        return all.sortedBy { order.indexOf(it.facing) }.map { it.copy(next = next(it.facing, facings)) }
    }

    /** A camera may go, or its driver fail, while it is asked: the others are none the worse. */
    private fun asked(
        manager: CameraManager,
        id: String,
    ): CameraPick? {
        var found: CameraPick? = null
        try {
            CameraRefusal.of { found = pick(id, manager.getCameraCharacteristics(id)) }
        } catch (_: AssertionError) {
            // What Android says of a camera whose driver describes it wrongly.
        }
        return found
    }

    private fun pick(
        id: String,
        traits: CameraCharacteristics,
    ): CameraPick? {
        val map = traits.get(CameraCharacteristics.SCALER_STREAM_CONFIGURATION_MAP)
        val previews = map?.getOutputSizes(SurfaceTexture::class.java).orEmpty().asList()
        val pictures = map?.getOutputSizes(ImageFormat.YUV_420_888).orEmpty().asList()
        val sizes = StreamSizes.choices(previews, pictures)
        val largest = sizes.firstOrNull()?.preview ?: return null
        return CameraPick(
            id = id,
            facing = facing(traits),
            sensorOrientation = traits.get(CameraCharacteristics.SENSOR_ORIENTATION) ?: 0,
            sizes = sizes,
            hasTorch = traits.get(CameraCharacteristics.FLASH_INFO_AVAILABLE) ?: false,
            activeArea =
                traits.get(CameraCharacteristics.SENSOR_INFO_ACTIVE_ARRAY_SIZE)
                    ?: Rect(0, 0, largest.width, largest.height),
            maxZoom = traits.get(CameraCharacteristics.SCALER_AVAILABLE_MAX_DIGITAL_ZOOM)?.coerceAtLeast(1f) ?: 1f,
            focus =
                FocusModes.of(
                    traits.get(CameraCharacteristics.CONTROL_AF_AVAILABLE_MODES) ?: IntArray(0),
                    traits.get(CameraCharacteristics.CONTROL_MAX_REGIONS_AF) ?: 0,
                ),
        )
    }

    /** The way another camera looks; the round of them comes back to the first. */
    private fun next(
        facing: Facing,
        facings: List<Facing>,
    ): Facing? {
        val order = Facing.entries.filter { it in facings }
        return order[(order.indexOf(facing) + 1) % order.size].takeIf { it != facing }
    }

    private fun facing(traits: CameraCharacteristics) =
        when (traits.get(CameraCharacteristics.LENS_FACING)) {
            CameraCharacteristics.LENS_FACING_FRONT -> Facing.FRONT
            CameraCharacteristics.LENS_FACING_EXTERNAL -> Facing.EXTERNAL
            else -> Facing.BACK
        }
}

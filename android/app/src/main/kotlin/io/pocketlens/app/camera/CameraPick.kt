package io.pocketlens.app.camera

import android.graphics.ImageFormat
import android.graphics.Rect
import android.graphics.SurfaceTexture
import android.hardware.camera2.CameraCharacteristics
import android.hardware.camera2.CameraManager
import android.util.Size

/** A camera of the phone with what opening it needs. */
class CameraPick(
    val id: String,
    val facing: Facing,
    val sensorOrientation: Int,
    val preview: Size,
    val frames: Size,
    val hasTorch: Boolean,
    val canSwitch: Boolean,
    val activeArea: Rect,
    val meteringRegions: Int,
) {
    val info get() = CameraInfo(facing, preview.width, preview.height, sensorOrientation, hasTorch, canSwitch)

    /** Degrees clockwise that turn its stored pictures upright. */
    fun rotation(display: Int): Int = Orientation.frameRotation(sensorOrientation, display, facing)

    /**
     * How much of the active area, across and down, the screen shows: pictures of the preview's shape
     * leave some out, and so does a screen of another shape ([visibleAspect], upright) than the picture.
     */
    fun shownShare(
        rotation: Int,
        visibleAspect: Float?,
    ): Pair<Float, Float> {
        val aspect = preview.width.toFloat() / preview.height
        val area = activeArea.width().toFloat() / activeArea.height()
        val across = if (aspect > area) 1f else aspect / area
        val down = if (aspect > area) area / aspect else 1f
        if (visibleAspect == null) return Pair(across, down)
        val shown = Orientation.visibleCrop(preview.width, preview.height, rotation, visibleAspect)
        return Pair(across * shown.width / preview.width, down * shown.height / preview.height)
    }

    companion object {
        /** The camera that looks [wanted]; else any other; null if there is none that can be used. */
        fun choose(
            manager: CameraManager,
            wanted: Facing,
        ): CameraPick? {
            val all = manager.cameraIdList.map { it to manager.getCameraCharacteristics(it) }
            val byFacing = all.groupBy { facing(it.second) }
            val candidates = byFacing[wanted] ?: byFacing[Facing.BACK] ?: byFacing[Facing.FRONT] ?: all
            val (id, traits) = candidates.firstOrNull() ?: return null
            val map = traits.get(CameraCharacteristics.SCALER_STREAM_CONFIGURATION_MAP)
            val previews = map?.getOutputSizes(SurfaceTexture::class.java).orEmpty().asList()
            val pictures = map?.getOutputSizes(ImageFormat.YUV_420_888).orEmpty().asList()
            val preview = CameraChoice.preview(previews) ?: return null
            val frames = CameraChoice.frames(pictures, preview) ?: return null
            return CameraPick(
                id = id,
                facing = facing(traits),
                sensorOrientation = traits.get(CameraCharacteristics.SENSOR_ORIENTATION) ?: 0,
                preview = preview,
                frames = frames,
                hasTorch = traits.get(CameraCharacteristics.FLASH_INFO_AVAILABLE) ?: false,
                canSwitch = byFacing.size > 1,
                activeArea =
                    traits.get(CameraCharacteristics.SENSOR_INFO_ACTIVE_ARRAY_SIZE)
                        ?: Rect(0, 0, preview.width, preview.height),
                meteringRegions = traits.get(CameraCharacteristics.CONTROL_MAX_REGIONS_AF) ?: 0,
            )
        }

        private fun facing(traits: CameraCharacteristics) =
            when (traits.get(CameraCharacteristics.LENS_FACING)) {
                CameraCharacteristics.LENS_FACING_FRONT -> Facing.FRONT
                CameraCharacteristics.LENS_FACING_EXTERNAL -> Facing.EXTERNAL
                else -> Facing.BACK
            }
    }
}

package io.pocketlens.app.camera

/** How sensor, phone and screen are turned against each other. Angles in degrees, all multiples of 90. */
object PictureRotation {
    /**
     * Degrees clockwise that turn a sensor's stored picture upright on the screen.
     * [sensor] is the camera's SENSOR_ORIENTATION, [display] how far the screen's content is turned.
     * A camera that looks at the user turns the other way. The stored picture of a front camera is
     * not mirrored, only its preview on the screen is, so the model is shown the world as it is.
     */
    fun ofFrame(
        sensor: Int,
        display: Int,
        facing: Facing,
    ): Int {
        val turned = if (facing == Facing.FRONT) sensor + display else sensor - display
        return (turned + 360) % 360
    }

    /** Width by height of a stored picture once it is turned upright. */
    fun uprightAspect(
        width: Int,
        height: Int,
        rotation: Int,
    ): Double = if (rotation % 180 == 0) width.toDouble() / height else height.toDouble() / width

    /**
     * A point of the upright visible picture (0..1 from its top left, as on the screen) as a point
     * of the stored picture. A front camera's screen picture is mirrored.
     */
    fun toStored(
        x: Float,
        y: Float,
        rotation: Int,
        facing: Facing,
    ): Pair<Float, Float> {
        val upX = if (facing == Facing.FRONT) 1f - x else x
        return when (rotation) {
            90 -> Pair(y, 1f - upX)
            180 -> Pair(1f - upX, 1f - y)
            270 -> Pair(1f - y, upX)
            else -> Pair(upX, y)
        }
    }
}

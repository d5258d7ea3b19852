package io.pocketlens.app.golden

/** The devices that pictures are taken of, as Robolectric's qualifiers. */
object Forms {
    const val PHONE = "w411dp-h891dp-port-notnight-xhdpi"
    const val PHONE_DARK = "w411dp-h891dp-port-night-xhdpi"
    const val PHONE_LAND = "w891dp-h411dp-land-notnight-xhdpi"
    const val PHONE_LAND_DARK = "w891dp-h411dp-land-night-xhdpi"
    const val PHONE_RTL = "ar-ldrtl-w411dp-h891dp-port-notnight-xhdpi"
    const val PHONE_CHINESE = "zh-rCN-w411dp-h891dp-port-notnight-xhdpi"
    const val PHONE_GERMAN_DARK = "de-w411dp-h891dp-port-night-xhdpi"
    const val SMALL_PHONE = "w320dp-h568dp-port-notnight-xhdpi"
    const val TABLET_LAND = "sw800dp-w1280dp-h800dp-land-notnight-hdpi"

    /** The largest text size in Android's settings. */
    const val LARGE_FONT = 2f
}

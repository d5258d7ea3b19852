package io.pocketlens.app.photo

import android.content.Intent
import android.net.Uri
import android.os.Build
import android.provider.MediaStore
import io.pocketlens.app.LaterThanMinSdk

/** How photos come in: chosen with the system's picker, which needs no permission, or shared by another app. */
object PhotoIntents {
    /** Asks for one photo. */
    fun pick(): Intent =
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.TIRAMISU) {
            Intent(MediaStore.ACTION_PICK_IMAGES).setType("image/*")
        } else {
            Intent(Intent.ACTION_OPEN_DOCUMENT).addCategory(Intent.CATEGORY_OPENABLE).setType("image/*")
        }

    /** The photo that another app shares, if this is what [intent] is. */
    fun shared(intent: Intent?): Uri? =
        if (intent?.action == Intent.ACTION_SEND && intent.type?.startsWith("image/") == true) stream(intent) else null

    /** What an ACTION_SEND carries. */
    @LaterThanMinSdk
    fun stream(intent: Intent): Uri? =
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.TIRAMISU) {
            intent.getParcelableExtra(Intent.EXTRA_STREAM, Uri::class.java)
        } else {
            @Suppress("DEPRECATION") // Its successor came with API 33.
            intent.getParcelableExtra(Intent.EXTRA_STREAM)
        }
}

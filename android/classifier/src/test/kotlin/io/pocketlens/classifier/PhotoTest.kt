package io.pocketlens.classifier

import android.graphics.Bitmap
import android.graphics.Color
import android.media.ExifInterface
import android.net.Uri
import org.junit.Assert.assertArrayEquals
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Rule
import org.junit.Test
import org.junit.rules.TemporaryFolder
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.Shadows.shadowOf
import java.io.File

/** Photos from files: orientation, size, transparency and damage. */
@RunWith(RobolectricTestRunner::class)
class PhotoTest {
    @get:Rule
    val folder = TemporaryFolder()

    @Test
    fun orientationIsReadFromTheFile() {
        val expected =
            mapOf(
                1 to Orientation(0, false),
                2 to Orientation(0, true),
                3 to Orientation(180, false),
                4 to Orientation(180, true),
                5 to Orientation(90, true),
                6 to Orientation(90, false),
                7 to Orientation(270, true),
                8 to Orientation(270, false),
            )
        for ((tag, orientation) in expected) {
            load(jpeg(corners(), tag)).use { photo ->
                assertEquals("tag $tag", orientation, Orientation(photo.rotation, photo.mirror))
            }
        }
    }

    @Test
    fun turningAsSaidMakesThePictureUpright() {
        val upright = corners()
        Classifier.open(TestFiles.demo).use { classifier ->
            val expected = classifier.inputTensor(Photo(upright))
            for (tag in 1..8) {
                val orientation = Orientation.of(tag)
                val stored = stored(upright, tag)
                val found = classifier.inputTensor(Photo(stored, orientation.rotation, orientation.mirror))
                assertArrayEquals("tag $tag", expected, found, 0f)
            }
        }
    }

    @Test
    fun largePhotosAreHalvedUntilTheyFit() {
        val file = jpeg(Bitmap.createBitmap(2000, 1500, Bitmap.Config.ARGB_8888), 1)
        load(file).use { assertEquals(2000 to 1500, it.bitmap.width to it.bitmap.height) }
        load(file, 1_000_000).use { assertEquals(1000 to 750, it.bitmap.width to it.bitmap.height) }
        load(file, 100_000).use { assertTrue(it.bitmap.width * it.bitmap.height <= 100_000) }
    }

    @Test
    fun sampleSizes() {
        val limit = Photo.MAX_PIXELS
        assertEquals(1, PhotoDecoder.sampleSize(4096, 4096, limit))
        assertEquals(2, PhotoDecoder.sampleSize(4097, 4096, limit))
        assertEquals(4, PhotoDecoder.sampleSize(12000, 9000, limit)) // 108 megapixels
        assertEquals(2, PhotoDecoder.sampleSize(60000, 10, limit))
        assertEquals(1, PhotoDecoder.sampleSize(1, 1, limit))
        assertTrue(PhotoDecoder.sampleSize(Int.MAX_VALUE, Int.MAX_VALUE, limit) <= 1 shl 20)
    }

    @Test
    fun transparencyIsLaidOverWhite() {
        val clear = Bitmap.createBitmap(8, 8, Bitmap.Config.ARGB_8888)
        clear.setPixel(3, 3, Color.argb(255, 10, 20, 30))
        val file = folder.newFile("clear.png")
        file.outputStream().use { clear.compress(Bitmap.CompressFormat.PNG, 100, it) }
        load(file).use { photo ->
            assertEquals(Color.WHITE, photo.bitmap.getPixel(0, 0))
            assertEquals(Color.rgb(10, 20, 30), photo.bitmap.getPixel(3, 3))
            assertEquals(false, photo.bitmap.hasAlpha())
        }
    }

    @Test
    fun brokenFilesAreUnreadablePhotos() {
        val whole = jpeg(corners(), 1).readBytes()
        val contents =
            mapOf(
                "empty" to ByteArray(0),
                "text" to "no photo".toByteArray(),
                "header alone" to whole.copyOf(20),
                "garbage" to ByteArray(10_000) { (it * 31).toByte() },
            )
        for ((name, bytes) in contents) {
            val file = folder.newFile().apply { writeBytes(bytes) }
            assertEquals(name, ErrorCode.UNREADABLE_PHOTO, failure { load(file).close() })
        }
        assertEquals(ErrorCode.UNREADABLE_PHOTO, failure { load(File(folder.root, "none.jpg")).close() })
    }

    @Test
    fun aPhotoThatMayNoLongerBeReadIsUnreadable() {
        val uri = Uri.parse("content://gallery/photo")
        shadowOf(TestFiles.context.contentResolver).registerInputStreamSupplier(uri) {
            throw SecurityException("the permission has been withdrawn")
        }
        assertEquals(ErrorCode.UNREADABLE_PHOTO, failure { Photo.load(TestFiles.context, uri).close() })
    }

    private fun load(
        file: File,
        maxPixels: Int = Photo.MAX_PIXELS,
    ): Photo = Photo.load(TestFiles.context, Uri.fromFile(file), maxPixels)

    /** A picture that is different in all four corners and not square. */
    private fun corners(): Bitmap {
        val bitmap = Bitmap.createBitmap(120, 80, Bitmap.Config.ARGB_8888)
        for (y in 0 until bitmap.height) {
            for (x in 0 until bitmap.width) bitmap.setPixel(x, y, Color.rgb(2 * x, 3 * y, (x * y) % 256))
        }
        return bitmap
    }

    /** How a camera would store an upright picture under an EXIF orientation (EXIF 2.32, 4.6.5.1.6). */
    private fun stored(
        upright: Bitmap,
        tag: Int,
    ): Bitmap {
        val (w, h) = upright.width to upright.height
        val swapped = tag >= 5
        val made = Bitmap.createBitmap(if (swapped) h else w, if (swapped) w else h, Bitmap.Config.ARGB_8888)
        for (row in 0 until made.height) {
            for (column in 0 until made.width) {
                // The tag says where the stored first row and first column lie in the upright picture.
                val (x, y) =
                    when (tag) {
                        1 -> column to row
                        2 -> w - 1 - column to row
                        3 -> w - 1 - column to h - 1 - row
                        4 -> column to h - 1 - row
                        5 -> row to column
                        6 -> w - 1 - row to column
                        7 -> w - 1 - row to h - 1 - column
                        else -> row to h - 1 - column
                    }
                made.setPixel(column, row, upright.getPixel(x, y))
            }
        }
        return made
    }

    private fun jpeg(
        bitmap: Bitmap,
        tag: Int,
    ): File {
        val file = folder.newFile("photo-$tag-${bitmap.width}.jpg")
        file.outputStream().use { bitmap.compress(Bitmap.CompressFormat.JPEG, 90, it) }
        if (file.length() < SMALLEST_WITH_EXIF) file.appendBytes(ByteArray(SMALLEST_WITH_EXIF))
        ExifInterface(file.path).run {
            setAttribute(ExifInterface.TAG_ORIENTATION, tag.toString())
            saveAttributes()
        }
        return file
    }

    private companion object {
        /** Bytes below which Android 8's ExifInterface takes no file for a JPEG. */
        const val SMALLEST_WITH_EXIF = 5000
    }
}

package io.pocketlens.device

import android.graphics.Bitmap
import android.graphics.Matrix
import io.pocketlens.classifier.Classifier
import io.pocketlens.classifier.Photo
import org.junit.After
import org.junit.Assert.assertArrayEquals
import org.junit.Assert.assertEquals
import org.junit.Before
import org.junit.Test

/**
 * All eight ways to hold a picture: turning by index equals turning the bitmap by Android's own matrix
 * before, for the tensor and so for everything after it.
 */
open class RotationTest {
    private lateinit var classifier: Classifier

    @Before
    fun open() {
        classifier = Device.openClassifier()
    }

    @After
    fun close() = classifier.close()

    @Test
    fun turningByIndexEqualsTurningTheBitmap() {
        val upright = koala()
        for (rotation in listOf(0, 90, 180, 270)) {
            for (mirror in listOf(false, true)) {
                val turned = turn(upright, rotation, mirror)
                val expected = classifier.inputTensor(Photo(turned))
                val found = classifier.inputTensor(Photo(upright, rotation, mirror))
                assertArrayEquals("rotation $rotation, mirror $mirror", expected, found, 0f)
            }
        }
    }

    @Test
    fun eachWayIsAnother() {
        val upright = koala()
        val tensors =
            listOf(0, 90, 180, 270).flatMap { rotation ->
                listOf(false, true).map { classifier.inputTensor(Photo(upright, rotation, it)).asList() }
            }
        assertEquals(8, tensors.distinct().size)
    }

    private fun koala(): Bitmap =
        GoldenCase
            .all()
            .first { it.name == "koala" }
            .photo()
            .bitmap

    private fun turn(
        bitmap: Bitmap,
        rotation: Int,
        mirror: Boolean,
    ): Bitmap {
        val matrix = Matrix().apply { postRotate(rotation.toFloat()) }
        if (mirror) matrix.postScale(-1f, 1f)
        return Bitmap.createBitmap(bitmap, 0, 0, bitmap.width, bitmap.height, matrix, false)
    }
}

package io.pocketlens.sample

import android.app.Activity
import android.content.Context
import android.content.Intent
import android.net.Uri
import android.os.Bundle
import android.view.View
import android.widget.TextView
import io.pocketlens.classifier.Classification
import io.pocketlens.classifier.Classifier
import io.pocketlens.classifier.ClassifierException
import java.util.concurrent.Executors

/** Names what a photo shows that the user chooses. */
class MainActivity : Activity() {
    /** Opening and classifying take a while: one thread of their own, in the order in which they are asked for. */
    private val worker = Executors.newSingleThreadExecutor()

    /** Opened by the first photo; touched on [worker] alone. */
    private var classifier: Classifier? = null

    override fun onCreate(savedInstanceState: Bundle?) {
        super.onCreate(savedInstanceState)
        setContentView(R.layout.main)
        findViewById<View>(R.id.choose).setOnClickListener {
            val choose = Intent(Intent.ACTION_GET_CONTENT).addCategory(Intent.CATEGORY_OPENABLE).setType("image/*")
            startActivityForResult(choose, PHOTO)
        }
    }

    @Deprecated("Overrides what the framework calls")
    override fun onActivityResult(
        requestCode: Int,
        resultCode: Int,
        data: Intent?,
    ) {
        val photo = data?.data
        if (requestCode == PHOTO && resultCode == RESULT_OK && photo != null) worker.execute { show(answer(photo)) }
    }

    private fun answer(photo: Uri): String =
        try {
            val open = classifier ?: open(this).also { classifier = it }
            text(open.classify(this, photo))
        } catch (error: ClassifierException) {
            error.message.orEmpty()
        }

    private fun text(seen: Classification): String {
        val headline = seen.headline?.label?.name ?: getString(R.string.not_sure)
        return seen.labels.joinToString("\n", "$headline\n\n") { "%.2f  %s".format(it.score, it.label.name) }
    }

    private fun show(text: String) {
        runOnUiThread { findViewById<TextView>(R.id.answer).text = text }
    }

    override fun onDestroy() {
        worker.execute { classifier?.close() }
        worker.shutdown()
        super.onDestroy()
    }

    companion object {
        private const val PHOTO = 1

        /** What opens the model; a test puts a fake in its place. */
        var open: (Context) -> Classifier = { Classifier.openAsset(it, "packages/mobilenetv2-openimages.zip") }
    }
}

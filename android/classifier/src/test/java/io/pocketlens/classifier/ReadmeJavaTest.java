package io.pocketlens.classifier;

import static org.junit.Assert.assertEquals;

import android.content.Context;
import android.net.Uri;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.PrintStream;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.robolectric.RobolectricTestRunner;
import org.robolectric.RuntimeEnvironment;

/** The Java of android/README.md, as it stands there, compiled and run. */
@RunWith(RobolectricTestRunner.class)
public class ReadmeJavaTest {
    private static void readme(Context context, Uri photo) {
        // README
        try (Classifier classifier = Classifier.openAsset(context, "packages/mobilenetv2-openimages.zip")) {
            Classification seen = classifier.classify(context, photo);
            ScoredLabel headline = seen.getHeadline();
            System.out.println(headline == null ? "not sure" : headline.getLabel().getName());
        } catch (ClassifierException error) {
            System.out.println(error.getCode() + ": " + error.getMessage());
        }
        // README
    }

    private static String printed(File photo) {
        PrintStream out = System.out;
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        System.setOut(new PrintStream(said, true));
        try {
            readme(RuntimeEnvironment.getApplication(), Uri.fromFile(photo));
        } finally {
            System.setOut(out);
        }
        return said.toString().trim();
    }

    @Test
    public void namesAPhotoAndAnError() {
        File photos = new File(System.getProperty("pocketlens.root"), "tests/data/photos");
        assertEquals("Cat", printed(new File(photos, "cat.png")));
        assertEquals("UNREADABLE_PHOTO", printed(new File(photos, "none.png")).split(":")[0]);
    }
}

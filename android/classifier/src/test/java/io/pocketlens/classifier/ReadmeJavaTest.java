package io.pocketlens.classifier;

import static org.junit.Assert.assertEquals;

import android.content.Context;
import android.graphics.Bitmap;
import android.graphics.BitmapFactory;
import android.net.Uri;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.List;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.robolectric.RobolectricTestRunner;
import org.robolectric.RuntimeEnvironment;

/** The Java of android/README.md and classifier/README.md, as it stands there, compiled and run. */
@RunWith(RobolectricTestRunner.class)
public class ReadmeJavaTest {
    private static final File PHOTOS = new File(System.getProperty("pocketlens.root"), "tests/data/photos");

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

    private static void teaching(Context context, Classifier classifier, List<Bitmap> shots, Bitmap photo) {
        // README
        File file = new File(context.getFilesDir(), "mine.taught");
        try (TaughtLabels mine = file.exists() ? classifier.openTaughtLabels(file) : classifier.newTaughtLabels()) {
            for (Bitmap shot : shots) {
                TaughtPicture told = classifier.teach(mine, "My mug", shot);
                if (told.getSaysLittle()) System.out.println("Show another side of it, or take it to another place.");
            }
            mine.save(file);
            classifier.useTaught(mine); // the classifier goes on knowing them when the set is closed
            ScoredLabel headline = classifier.classify(photo).getHeadline();
            if (headline != null && headline.getLabel().isTaught()) System.out.println(headline.getLabel().getName());
        } catch (ClassifierException error) {
            System.out.println(error.getCode() + ": " + error.getMessage());
        }
        // README
    }

    private static String printed(Runnable what) {
        PrintStream out = System.out;
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        System.setOut(new PrintStream(said, true));
        try {
            what.run();
        } finally {
            System.setOut(out);
        }
        return said.toString().trim();
    }

    private static String named(File photo) {
        return printed(() -> readme(RuntimeEnvironment.getApplication(), Uri.fromFile(photo)));
    }

    @Test
    public void namesAPhotoAndAnError() {
        assertEquals("Cat", named(new File(PHOTOS, "cat.png")));
        assertEquals("UNREADABLE_PHOTO", named(new File(PHOTOS, "none.png")).split(":")[0]);
    }

    @Test
    public void teachesAndNamesWhatItWasTaught() throws ClassifierException {
        Context context = RuntimeEnvironment.getApplication();
        Bitmap cup = BitmapFactory.decodeFile(new File(PHOTOS, "coffee.jpg").getPath());
        String little = "Show another side of it, or take it to another place.\n";
        try (Classifier classifier = Classifier.openAsset(context, "packages/mobilenetv2-openimages.zip")) {
            String first = printed(() -> teaching(context, classifier, Arrays.asList(cup, cup), cup));
            assertEquals(little + "My mug", first);
            String again = printed(() -> teaching(context, classifier, Arrays.asList(cup), cup));
            assertEquals("it was saved", little + "My mug", again);
            File file = new File(context.getFilesDir(), "mine.taught");
            try (TaughtLabels saved = classifier.openTaughtLabels(file)) {
                assertEquals(3, saved.list().get(0).getPictures().size());
            }
        }
    }
}

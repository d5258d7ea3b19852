package androidx.test.runner.intent;

import android.app.Instrumentation.ActivityResult;
import android.content.Intent;

/** Answers intents instead of the activities they would start. */
public interface IntentStubber {
  ActivityResult getActivityResultForIntent(Intent intent);
}

package androidx.test.runner.lifecycle;

import android.app.Activity;

/** Is told of every change of an activity's stage. */
public interface ActivityLifecycleCallback {
  void onActivityLifecycleChanged(Activity activity, Stage stage);
}

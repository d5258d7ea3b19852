package androidx.test.runner.lifecycle;

import android.app.Application;

/** Is told of every change of the application's stage. */
public interface ApplicationLifecycleCallback {
  void onApplicationLifecycleChanged(Application application, ApplicationStage stage);
}

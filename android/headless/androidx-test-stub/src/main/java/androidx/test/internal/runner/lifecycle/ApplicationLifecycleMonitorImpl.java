package androidx.test.internal.runner.lifecycle;

import android.app.Application;
import androidx.test.runner.lifecycle.ApplicationLifecycleCallback;
import androidx.test.runner.lifecycle.ApplicationLifecycleMonitor;
import androidx.test.runner.lifecycle.ApplicationStage;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Passes the application's stages on to callbacks. */
public final class ApplicationLifecycleMonitorImpl implements ApplicationLifecycleMonitor {
  private final List<ApplicationLifecycleCallback> callbacks = new CopyOnWriteArrayList<>();

  @Override
  public void addLifecycleCallback(ApplicationLifecycleCallback callback) {
    callbacks.add(callback);
  }

  @Override
  public void removeLifecycleCallback(ApplicationLifecycleCallback callback) {
    callbacks.remove(callback);
  }

  /** Called by Robolectric's instrumentation. */
  public void signalLifecycleChange(Application application, ApplicationStage stage) {
    for (ApplicationLifecycleCallback callback : callbacks) {
      callback.onApplicationLifecycleChanged(application, stage);
    }
  }
}

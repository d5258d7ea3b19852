package androidx.test.runner.lifecycle;

/** Keeps the callbacks that are told of the application's stage. */
public interface ApplicationLifecycleMonitor {
  void addLifecycleCallback(ApplicationLifecycleCallback callback);

  void removeLifecycleCallback(ApplicationLifecycleCallback callback);
}

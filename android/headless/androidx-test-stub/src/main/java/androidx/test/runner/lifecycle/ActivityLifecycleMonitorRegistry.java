package androidx.test.runner.lifecycle;

/** Holds the one monitor of the activity's life. */
public final class ActivityLifecycleMonitorRegistry {
  private static volatile ActivityLifecycleMonitor instance;

  private ActivityLifecycleMonitorRegistry() {}

  /** The registered monitor; throws IllegalStateException when there is none. */
  public static ActivityLifecycleMonitor getInstance() {
    ActivityLifecycleMonitor found = instance;
    if (found == null) {
      throw new IllegalStateException("No ActivityLifecycleMonitor registered.");
    }
    return found;
  }

  public static void registerInstance(ActivityLifecycleMonitor monitor) {
    instance = monitor;
  }
}

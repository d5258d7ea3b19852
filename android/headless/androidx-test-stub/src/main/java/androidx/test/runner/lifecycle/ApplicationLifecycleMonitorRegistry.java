package androidx.test.runner.lifecycle;

/** Holds the one monitor of the application's life. */
public final class ApplicationLifecycleMonitorRegistry {
  private static volatile ApplicationLifecycleMonitor instance;

  private ApplicationLifecycleMonitorRegistry() {}

  /** The registered monitor; throws IllegalStateException when there is none. */
  public static ApplicationLifecycleMonitor getInstance() {
    ApplicationLifecycleMonitor found = instance;
    if (found == null) {
      throw new IllegalStateException("No ApplicationLifecycleMonitor registered.");
    }
    return found;
  }

  public static void registerInstance(ApplicationLifecycleMonitor monitor) {
    instance = monitor;
  }
}

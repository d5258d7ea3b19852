package androidx.test.platform.app;

import android.app.Instrumentation;
import android.os.Bundle;

/** Holds the running instrumentation; Robolectric registers its own here. */
public final class InstrumentationRegistry {
  private static volatile Instrumentation instrumentation;
  private static volatile Bundle arguments = new Bundle();

  private InstrumentationRegistry() {}

  /** The registered instrumentation; throws IllegalStateException when there is none. */
  public static Instrumentation getInstrumentation() {
    Instrumentation found = instrumentation;
    if (found == null) {
      throw new IllegalStateException("No instrumentation registered.");
    }
    return found;
  }

  /** A copy of the arguments given at registration. */
  public static Bundle getArguments() {
    return new Bundle(arguments);
  }

  /** Makes this the running instrumentation. */
  public static void registerInstance(Instrumentation instance, Bundle given) {
    instrumentation = instance;
    arguments = new Bundle(given);
  }
}

package androidx.test.runner.intent;

/** Holds the one intent stubber, if any. */
public final class IntentStubberRegistry {
  private static volatile IntentStubber instance;

  private IntentStubberRegistry() {}

  public static void load(IntentStubber stubber) {
    instance = stubber;
  }

  public static boolean isLoaded() {
    return instance != null;
  }

  public static IntentStubber getInstance() {
    return instance;
  }

  public static void reset() {
    instance = null;
  }
}

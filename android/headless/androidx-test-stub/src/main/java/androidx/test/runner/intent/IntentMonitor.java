package androidx.test.runner.intent;

/** Keeps the callbacks that are told of intents. */
public interface IntentMonitor {
  void addIntentCallback(IntentCallback callback);

  void removeIntentCallback(IntentCallback callback);
}

package ai.bharatbuild.sandbox.docker;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * What the engine said a moment ago, so that many sandboxes that are made at once do not ask for it
 * each. Only what it answered is kept, no failure. Thread-safe.
 */
final class Recent<T> {
  private static final long KEPT_NANOS = TimeUnit.SECONDS.toNanos(5);

  private record Answer<T>(T value, long at) {}

  private final Map<String, Answer<T>> answers = new ConcurrentHashMap<>();

  /** The answer of the last seconds, or a new one; blocks as long as the question does. */
  T get(String name, Function<String, T> question) {
    Answer<T> known = answers.get(name);
    if (known == null || System.nanoTime() - known.at() > KEPT_NANOS) {
      known = new Answer<>(question.apply(name), System.nanoTime());
      answers.put(name, known);
    }
    return known.value();
  }

  /** The engine says otherwise now. */
  void forget() {
    answers.clear();
  }
}

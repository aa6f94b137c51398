package ai.bharatbuild.limits;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Answers that were asked for a moment ago and need not be new: asked once for all who want them
 * meanwhile, and again after a while. When that fails or takes more than half a second, the last
 * answer holds on for as long again; the first answer may take two seconds. Bounded; thread-safe;
 * answers may come on any context.
 */
public final class Remembered<K, V> {
  private static final int MOST = 50_000;
  private static final long ANSWER_MS = 2_000;

  /** Where there is an older value to go on with. */
  private static final long KNOWN_ANSWER_MS = 500;

  private final Function<K, Future<V>> ask;
  private final long lifeNanos;
  private final ConcurrentHashMap<K, Answer<V>> answers = new ConcurrentHashMap<>();

  private record Answer<V>(Future<V> value, long asked) {}

  public Remembered(Duration life, Function<K, Future<V>> ask) {
    this.lifeNanos = life.toNanos();
    this.ask = ask;
  }

  public Future<V> get(K key) {
    long now = System.nanoTime();
    Answer<V> known = answers.get(key);
    if (known != null && now - known.asked < lifeNanos) {
      return known.value;
    }
    if (answers.size() >= MOST) {
      answers.clear();
    }
    boolean knows = known != null && known.value.succeeded();
    Future<V> asked =
        ask.apply(key).timeout(knows ? KNOWN_ANSWER_MS : ANSWER_MS, TimeUnit.MILLISECONDS);
    if (knows) {
      V last = known.value.result();
      asked = asked.recover(e -> Future.succeededFuture(last));
    }
    answers.put(key, new Answer<>(asked, now));
    return asked.onFailure(e -> answers.remove(key));
  }
}

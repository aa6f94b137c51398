package ai.bharatbuild.kv;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;

/**
 * Small values that everybody who shares the store sees at once and that all expire: rate limits,
 * counters, short notes. Nothing that must last is kept here: a store may be emptied at any time.
 *
 * <p>Keys have at most {@value #MAX_KEY_LENGTH} characters. A time to live is at least one
 * millisecond. Every operation is atomic, also between the servers that share the store. An
 * operation fails with {@link StoreUnavailableException} when the store cannot be reached or does
 * not answer in time; it may have taken effect all the same. Safe on any thread; never blocks.
 */
public interface KeyValueStore {
  int MAX_KEY_LENGTH = 512;

  /** The value, or null. */
  Future<String> get(String key);

  /** Sets a value, whatever was there. */
  Future<Void> put(String key, String value, Duration ttl);

  /** Sets a value where there is none, and tells whether it did. */
  Future<Boolean> putIfAbsent(String key, String value, Duration ttl);

  /** Sets a value where there is the expected one, and tells whether it did. */
  Future<Boolean> replace(String key, String expected, String value, Duration ttl);

  /** Tells whether there was a value. */
  Future<Boolean> delete(String key);

  /**
   * Adds to a counter, which begins at zero, and gives what it came to. The first addition sets its
   * time to live; later ones leave it. Fails with {@link IllegalStateException} when the value is
   * not a whole number or the sum is not one of 64 bits.
   */
  Future<Long> increment(String key, long by, Duration ttl);

  /**
   * Asks several rate limits at once (GCRA, the leaky bucket as a meter): either all admit and are
   * charged, or none is charged.
   *
   * @param buckets from 1 to {@value #MAX_BUCKETS}, each with a key of its own
   */
  Future<Decision> admit(List<Bucket> buckets);

  int MAX_BUCKETS = 16;

  /** Lets go of connections and memory; no operation may follow. */
  Future<Void> close();

  /** Throws where an argument is not as promised above. */
  static void check(String key, Duration ttl) {
    check(key);
    if (ttl.toMillis() < 1) {
      throw new IllegalArgumentException("a time to live is at least 1 ms");
    }
  }

  /** Throws where an argument is not as promised above. */
  static void check(String key) {
    if (key.isEmpty() || key.length() > MAX_KEY_LENGTH) {
      throw new IllegalArgumentException("a key has 1 to " + MAX_KEY_LENGTH + " characters");
    }
  }

  /** Throws where an argument is not as promised above. */
  static void check(List<Bucket> buckets) {
    if (buckets.isEmpty() || buckets.size() > MAX_BUCKETS) {
      throw new IllegalArgumentException("from 1 to " + MAX_BUCKETS + " buckets");
    }
    long keys = buckets.stream().map(Bucket::key).distinct().count();
    if (keys != buckets.size()) {
      throw new IllegalArgumentException("each bucket has a key of its own");
    }
  }
}

package ai.bharatbuild.kv.memory;

import ai.bharatbuild.kv.Bucket;
import ai.bharatbuild.kv.Decision;
import ai.bharatbuild.kv.KeyValueStore;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The store of one process. Holds a bounded number of entries: what has expired goes first, then
 * what would have expired soonest, which for rate limits is what has the least left to forget.
 * Every operation holds one lock for well under a microsecond, so event loops may call it.
 */
public final class MemoryStore implements KeyValueStore {
  private static final int DEFAULT_ENTRIES = 1_000_000;

  private final int maxEntries;
  private final LongSupplier clock;
  private final Map<String, Entry> entries = new HashMap<>();
  private final TreeSet<Entry> byExpiry =
      new TreeSet<>(Comparator.comparingLong((Entry e) -> e.expires).thenComparingLong(e -> e.id));
  private long nextId;

  /** What one key holds: a text, or how far a bucket is charged. */
  private static final class Entry {
    final String key;
    final long id;
    final String value;
    final long expires;

    Entry(String key, long id, String value, long expires) {
      this.key = key;
      this.id = id;
      this.value = value;
      this.expires = expires;
    }
  }

  public MemoryStore() {
    this(DEFAULT_ENTRIES, () -> System.nanoTime() / 1000);
  }

  /**
   * @param clock microseconds from any point on; never goes back
   */
  public MemoryStore(int maxEntries, LongSupplier clock) {
    this.maxEntries = maxEntries;
    this.clock = clock;
  }

  @Override
  public Future<String> get(String key) {
    KeyValueStore.check(key);
    return locked(
        () -> {
          Entry entry = live(key);
          return entry == null ? null : entry.value;
        });
  }

  @Override
  public Future<Void> put(String key, String value, Duration ttl) {
    KeyValueStore.check(key, ttl);
    return locked(
        () -> {
          set(key, value, expiry(ttl));
          return null;
        });
  }

  @Override
  public Future<Boolean> putIfAbsent(String key, String value, Duration ttl) {
    KeyValueStore.check(key, ttl);
    return locked(() -> live(key) == null && set(key, value, expiry(ttl)));
  }

  @Override
  public Future<Boolean> replace(String key, String expected, String value, Duration ttl) {
    KeyValueStore.check(key, ttl);
    return locked(
        () -> {
          Entry entry = live(key);
          return entry != null && entry.value.equals(expected) && set(key, value, expiry(ttl));
        });
  }

  @Override
  public Future<Boolean> delete(String key) {
    KeyValueStore.check(key);
    return locked(
        () -> {
          Entry entry = live(key);
          if (entry != null) {
            drop(entry);
          }
          return entry != null;
        });
  }

  @Override
  public Future<Long> increment(String key, long by, Duration ttl) {
    KeyValueStore.check(key, ttl);
    return locked(
        () -> {
          Entry entry = live(key);
          long sum = entry == null ? by : sum(key, entry.value, by);
          set(key, Long.toString(sum), entry == null ? expiry(ttl) : entry.expires);
          return sum;
        });
  }

  private static long sum(String key, String value, long by) {
    try {
      return Math.addExact(Long.parseLong(value), by);
    } catch (NumberFormatException | ArithmeticException e) {
      throw new IllegalStateException(key + " is not a counter that can take " + by, e);
    }
  }

  @Override
  public Future<Decision> admit(List<Bucket> buckets) {
    KeyValueStore.check(buckets);
    return locked(() -> decide(buckets));
  }

  /** The same sums as in {@code kv/admit.lua}. */
  private Decision decide(List<Bucket> buckets) {
    long now = clock.getAsLong();
    long[] charged = new long[buckets.size()];
    Decision least = null;
    Decision longest = null;
    for (int i = 0; i < charged.length; i++) {
      Bucket bucket = buckets.get(i);
      long interval = bucket.rate().intervalMicros();
      long tolerance = bucket.rate().toleranceMicros();
      Entry entry = live(bucket.key());
      long until = entry == null ? now : Long.parseLong(entry.value);
      until = Math.min(Math.max(until, now), now + tolerance);
      charged[i] = until + interval * bucket.cost();
      long wait = charged[i] - tolerance - now;
      if (wait > 0 && (longest == null || wait > longest.retryMicros())) {
        long left = (tolerance - (until - now)) / interval;
        longest = new Decision(false, i, left, until - now, wait);
      }
      long left = (tolerance - (charged[i] - now)) / interval;
      if (least == null || left < least.remaining()) {
        least = new Decision(true, i, left, charged[i] - now, 0);
      }
    }
    if (longest != null) {
      return longest;
    }
    for (int i = 0; i < charged.length; i++) {
      set(buckets.get(i).key(), Long.toString(charged[i]), charged[i]);
    }
    return least;
  }

  /** Entries held, the expired ones that were not met yet among them. */
  public int size() {
    synchronized (entries) {
      return entries.size();
    }
  }

  @Override
  public Future<Void> close() {
    return locked(
        () -> {
          entries.clear();
          byExpiry.clear();
          return null;
        });
  }

  private <T> Future<T> locked(Supplier<T> operation) {
    try {
      synchronized (entries) {
        return Future.succeededFuture(operation.get());
      }
    } catch (IllegalStateException e) {
      return Future.failedFuture(e);
    }
  }

  private long expiry(Duration ttl) {
    return clock.getAsLong() + ttl.toNanos() / 1000;
  }

  private Entry live(String key) {
    Entry entry = entries.get(key);
    if (entry != null && entry.expires <= clock.getAsLong()) {
      drop(entry);
      return null;
    }
    return entry;
  }

  private boolean set(String key, String value, long expires) {
    Entry entry = new Entry(key, nextId++, value, expires);
    Entry old = entries.put(key, entry);
    if (old != null) {
      byExpiry.remove(old);
    }
    byExpiry.add(entry);
    long now = clock.getAsLong();
    // Two at most, so that no call pays for what many left behind, and yet they go faster than
    // they come.
    // What was just set may be among them: a high rate is regained within microseconds.
    for (int i = 0; i < 2 && !byExpiry.isEmpty() && byExpiry.first().expires <= now; i++) {
      drop(byExpiry.first());
    }
    if (entries.size() > maxEntries) {
      drop(byExpiry.first());
    }
    return true;
  }

  private void drop(Entry entry) {
    entries.remove(entry.key);
    byExpiry.remove(entry);
  }
}

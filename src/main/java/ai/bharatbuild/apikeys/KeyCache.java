package ai.bharatbuild.apikeys;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.LongSupplier;

/**
 * Keys that were looked up a moment ago, by the hash of the key in hexadecimal digits. What is
 * looked up while keys change is not kept, so that a change never loses against an older answer.
 * Bounded; safe on any thread; each call holds a lock for a moment.
 */
final class KeyCache {
  private final int most;
  private final LongSupplier clock;
  private final LinkedHashMap<String, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);
  private long changes;

  private record Entry(KnownKey key, long lookedUp, long asked) {}

  /**
   * @param clock nanoseconds
   */
  KeyCache(int most, LongSupplier clock) {
    this.most = most;
    this.clock = clock;
  }

  /** The key if it was looked up in the last so many nanoseconds, else null. */
  synchronized KnownKey get(String hash, long maxAge) {
    Entry entry = entries.get(hash);
    return entry == null || clock.getAsLong() - entry.lookedUp > maxAge ? null : entry.key;
  }

  /**
   * Whether it is this caller who is to look a key up that is here: nobody has begun to in the last
   * so many nanoseconds.
   */
  synchronized boolean turn(String hash, long pause) {
    Entry entry = entries.get(hash);
    long now = clock.getAsLong();
    if (entry == null || now - entry.asked <= pause) {
      return entry == null;
    }
    entries.put(hash, new Entry(entry.key, entry.lookedUp, now));
    return true;
  }

  /** To be asked before a key is looked up and given to {@link #put}. */
  synchronized long changes() {
    return changes;
  }

  synchronized void put(String hash, KnownKey key, long changesBefore) {
    if (changesBefore != changes) {
      return;
    }
    long now = clock.getAsLong();
    entries.put(hash, new Entry(key, now, now));
    if (entries.size() > most) {
      Map.Entry<String, Entry> eldest = entries.firstEntry();
      entries.remove(eldest.getKey());
    }
  }

  /** Forgets what is not there any more; no change that others must heed, as guesses do it, too. */
  synchronized void drop(String hash) {
    entries.remove(hash);
  }

  synchronized void forget(String hash) {
    changes++;
    entries.remove(hash);
  }

  /** Forgets a key of which only the id is known; looks at all, as that is seldom. */
  synchronized void forget(UUID id) {
    changes++;
    entries.values().removeIf(entry -> entry.key.key().id().equals(id));
  }

  synchronized void forgetAll() {
    changes++;
    entries.clear();
  }

  synchronized int size() {
    return entries.size();
  }
}

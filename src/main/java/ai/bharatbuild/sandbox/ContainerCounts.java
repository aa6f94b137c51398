package ai.bharatbuild.sandbox;

import java.util.concurrent.ConcurrentHashMap;

/** How many containers each caller has, over all shards. Thread-safe. */
public final class ContainerCounts {
  private final ConcurrentHashMap<String, Integer> counts = new ConcurrentHashMap<>();

  /** Takes one of {@code max}; false when they are all taken. */
  boolean take(String owner, int max) {
    boolean[] taken = new boolean[1];
    counts.compute(
        owner,
        (key, count) -> {
          int now = count == null ? 0 : count;
          taken[0] = now < max;
          return taken[0] ? Integer.valueOf(now + 1) : count;
        });
    return taken[0];
  }

  int of(String owner) {
    return counts.getOrDefault(owner, 0);
  }

  /** Counts one that exists already, whatever the limit. */
  void add(String owner) {
    counts.merge(owner, 1, Integer::sum);
  }

  void give(String owner) {
    counts.computeIfPresent(owner, (key, count) -> count == 1 ? null : count - 1);
  }
}

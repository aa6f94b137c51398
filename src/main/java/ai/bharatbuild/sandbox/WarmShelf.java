package ai.bharatbuild.sandbox;

import ai.bharatbuild.sandbox.PoolMessages.Warm;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The waiting sandboxes of one type, and how many should wait: as many as were asked for in the
 * last minute, within two bounds. Times are those of {@link System#nanoTime}. Confined to its
 * verticle's context.
 */
final class WarmShelf {
  private static final long DEMAND_NANOS = TimeUnit.MINUTES.toNanos(1);
  private static final long FIRST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(2);
  private static final long LONGEST_PAUSE_NANOS = TimeUnit.MINUTES.toNanos(2);

  private final int min;
  private final int max;
  private final Deque<Warm> waiting = new ArrayDeque<>();
  private final Deque<Long> asked = new ArrayDeque<>();
  private long pauseNanos = FIRST_PAUSE_NANOS;
  private long pausedFrom;
  private boolean paused;
  private volatile int size;

  WarmShelf(int min, int max) {
    this.min = Math.min(min, max);
    this.max = max;
  }

  /** The one that waits longest, or null. */
  Warm take(long now) {
    asked.addLast(now);
    if (asked.size() > max) {
      asked.removeFirst();
    }
    return counted(waiting.pollFirst());
  }

  private Warm counted(Warm taken) {
    size = waiting.size();
    return taken;
  }

  /** How many wait; on any thread. */
  int size() {
    return size;
  }

  void add(Warm warm) {
    waiting.addLast(warm);
    size = waiting.size();
    paused = false;
    pauseNanos = FIRST_PAUSE_NANOS;
  }

  /** None could be made; the next try waits, longer each time. */
  void failed(long now) {
    paused = true;
    pausedFrom = now;
    pauseNanos = Math.min(LONGEST_PAUSE_NANOS, 2 * pauseNanos);
  }

  /** How many are to be made now. */
  int missing(long now) {
    if (paused && now - pausedFrom < pauseNanos) {
      return 0;
    }
    return Math.max(0, wanted(now) - waiting.size());
  }

  /** One that is not wanted any more, or null. */
  Warm surplus(long now) {
    return waiting.size() > wanted(now) ? counted(waiting.pollFirst()) : null;
  }

  private int wanted(long now) {
    while (!asked.isEmpty() && now - asked.peekFirst() > DEMAND_NANOS) {
      asked.removeFirst();
    }
    return Math.max(min, asked.size());
  }

  /** Takes out the one with that handle; null when it is not here. */
  Warm drop(String handle) {
    for (Warm warm : waiting) {
      if (warm.sandbox().handle().equals(handle)) {
        waiting.remove(warm);
        return counted(warm);
      }
    }
    return null;
  }

  /** Takes out all. */
  List<Warm> empty() {
    List<Warm> all = new ArrayList<>(waiting);
    waiting.clear();
    size = 0;
    return all;
  }
}

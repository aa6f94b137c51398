package ai.bharatbuild.sandbox;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * The waiting sandboxes of one kind, and how many should wait: as many as were asked for lately,
 * within two bounds. Times are those of {@link System#nanoTime}. Not thread-safe but for {@link
 * #size}.
 *
 * @param <W> what is known of one
 */
final class WarmShelf<W> {
  private static final long FIRST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(2);
  private static final long LONGEST_PAUSE_NANOS = TimeUnit.MINUTES.toNanos(2);

  private final int min;
  private final int max;
  private final long demandNanos;
  private final Deque<W> waiting = new ArrayDeque<>();
  private final Deque<Long> asked = new ArrayDeque<>();
  private long pauseNanos = FIRST_PAUSE_NANOS;
  private long pausedFrom;
  private boolean paused;
  private volatile int size;

  /**
   * @param demandNanos how long a request counts
   */
  WarmShelf(int min, int max, long demandNanos) {
    this.min = Math.min(min, max);
    this.max = max;
    this.demandNanos = demandNanos;
  }

  /** The one that waits longest, or null. */
  W take(long now) {
    asked.addLast(now);
    if (asked.size() > max) {
      asked.removeFirst();
    }
    return counted(waiting.pollFirst());
  }

  private W counted(W taken) {
    size = waiting.size();
    return taken;
  }

  /** How many wait; on any thread. */
  int size() {
    return size;
  }

  void add(W warm) {
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
  W surplus(long now) {
    return waiting.size() > wanted(now) ? counted(waiting.pollFirst()) : null;
  }

  private int wanted(long now) {
    while (!asked.isEmpty() && now - asked.peekFirst() > demandNanos) {
      asked.removeFirst();
    }
    return Math.max(min, asked.size());
  }

  /** Takes out the first of which this is true; null when there is none. */
  W drop(Predicate<W> which) {
    for (W warm : waiting) {
      if (which.test(warm)) {
        waiting.remove(warm);
        return counted(warm);
      }
    }
    return null;
  }

  /** Takes out all. */
  List<W> empty() {
    List<W> all = new ArrayList<>(waiting);
    waiting.clear();
    size = 0;
    return all;
  }
}

package ai.bharatbuild.notifications;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The last notices of one user and those who follow them. Numbers begin at the clock, in
 * microseconds, so that those of an earlier server are all below and a reader who comes back with
 * one is told of a gap. Thread-safe.
 */
final class Feed {
  private static final int KEPT = 1_000;
  private static final int MOST_READERS = 50;

  private final long start;
  private final ArrayDeque<Notice> notices = new ArrayDeque<>();
  private final Set<Runnable> readers = new LinkedHashSet<>();
  private long last;

  Feed(Instant now) {
    start = now.toEpochMilli() * 1_000;
    last = start;
  }

  /**
   * What there is behind a number.
   *
   * @param from the number that they come behind; where it is not the one that was asked for, what
   *     lies between was missed
   */
  record Part(List<Notice> notices, long from) {}

  void add(String type, Instant at, Map<String, Object> data) {
    List<Runnable> woken;
    synchronized (this) {
      notices.add(new Notice(++last, type, at, data));
      if (notices.size() > KEPT) {
        notices.poll();
      }
      woken = List.copyOf(readers);
    }
    woken.forEach(Runnable::run);
  }

  synchronized long last() {
    return last;
  }

  /**
   * At most so many notices behind {@code after}. A number above all, which this feed never gave,
   * is taken for its end.
   */
  synchronized Part read(long after, int most) {
    long before = notices.isEmpty() ? last : notices.peek().id() - 1;
    long from = after > last ? last : Math.max(after, before);
    List<Notice> part = new ArrayList<>();
    for (Notice notice : notices) {
      if (notice.id() > from && part.size() < most) {
        part.add(notice);
      }
    }
    return new Part(part, from);
  }

  /** Whether there was room for one more; it is run, on any thread, when there is a notice. */
  synchronized boolean follow(Runnable wake) {
    return readers.size() < MOST_READERS && readers.add(wake);
  }

  synchronized void leave(Runnable wake) {
    readers.remove(wake);
  }

  synchronized boolean followed() {
    return !readers.isEmpty();
  }
}

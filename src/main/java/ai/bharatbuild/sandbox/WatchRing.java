package ai.bharatbuild.sandbox;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * The last events of a watch, numbered. Numbers begin at the time of the watch's beginning, so that
 * those of an earlier watch, of an earlier server even, are known to be old. Thread-safe.
 */
final class WatchRing {
  /** An event with its number. */
  record Numbered(long id, WatchEvent event) {}

  /** What a reader gets, and how far it got. */
  record Page(List<Numbered> events, long last, boolean gap, boolean ended) {}

  private static final int MAX_EVENTS = 4096;
  private static final int MAX_WEIGHT = 1 << 20;
  private static final long IDS_PER_MS = 1000;

  private final Deque<Numbered> events = new ArrayDeque<>();
  private final List<Runnable> waiting = new ArrayList<>();
  private final long firstId = System.currentTimeMillis() * IDS_PER_MS;
  private long lastId = firstId;
  private int weight;
  private boolean ended;

  synchronized long lastId() {
    return lastId;
  }

  /** Whether a reader that has that event can be given all later ones. */
  synchronized boolean goesOnAfter(long id) {
    return id >= lastId - events.size() && id <= lastId && id >= firstId;
  }

  synchronized void append(WatchEvent event) {
    if (ended) {
      return;
    }
    events.add(new Numbered(++lastId, event));
    weight += event.weight();
    while (events.size() > MAX_EVENTS || weight > MAX_WEIGHT) {
      weight -= events.remove().event().weight();
    }
    wake();
  }

  /** Nothing comes any more. */
  synchronized void end() {
    ended = true;
    wake();
  }

  private void wake() {
    waiting.forEach(Runnable::run);
    waiting.clear();
  }

  /** The events after a number, at most so many; a gap where some of them are not kept. */
  synchronized Page after(long id, int most) {
    long kept = lastId - events.size();
    long from = Math.max(id, kept);
    List<Numbered> page = new ArrayList<>();
    for (Numbered each : events) {
      if (each.id() > from && page.size() < most) {
        page.add(each);
      }
    }
    long last = page.isEmpty() ? from : page.getLast().id();
    return new Page(page, last, id < kept, ended && last == lastId);
  }

  /** Runs the task once, on the appending thread, when there is more than that; at once if so. */
  synchronized void onMore(long id, Runnable task) {
    if (lastId > id || ended) {
      task.run();
    } else {
      waiting.add(task);
    }
  }

  synchronized void forget(Runnable task) {
    waiting.remove(task);
  }
}

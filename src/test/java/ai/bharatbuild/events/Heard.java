package ai.bharatbuild.events;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** What was told, in order. Filled on any thread. */
public final class Heard<E> {
  private static final long PATIENCE_SECONDS = 40;

  private final LinkedBlockingQueue<E> waiting = new LinkedBlockingQueue<>();
  private final List<E> all = new CopyOnWriteArrayList<>();

  public void add(E event) {
    all.add(event);
    waiting.add(event);
  }

  /** The next one of that kind that was not taken yet; others are passed over. */
  public E next(Predicate<E> wanted) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (true) {
      E event = waiting.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
      if (event == null) {
        throw new AssertionError("not told of; heard " + all);
      }
      if (wanted.test(event)) {
        return event;
      }
    }
  }

  public List<E> all() {
    return List.copyOf(all);
  }
}

package ai.bharatbuild.sandbox;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Lets so many in at once and so many more wait, in order of arrival. Thread-safe. Futures complete
 * on the thread of whoever leaves.
 */
public final class Turns {
  private final int most;
  private final int mostWaiting;
  private final Deque<Promise<Void>> waiting = new ArrayDeque<>();
  private int inside;
  private boolean closed;

  public Turns(int most, int mostWaiting) {
    this.most = most;
    this.mostWaiting = mostWaiting;
  }

  /** Each success must be followed by one {@link #leave}. */
  public synchronized Future<Void> enter() {
    if (closed) {
      return Future.failedFuture(
          new RuntimeUnavailableException("The server is stopping; try again later.", null));
    }
    if (inside < most) {
      inside++;
      return Future.succeededFuture();
    }
    if (waiting.size() >= mostWaiting) {
      return Future.failedFuture(
          new RuntimeUnavailableException(
              "Too many commands are waiting to run; try again in a moment.", null));
    }
    Promise<Void> turn = Promise.promise();
    waiting.add(turn);
    return turn.future();
  }

  public void leave() {
    Promise<Void> next;
    synchronized (this) {
      next = waiting.poll();
      if (next == null) {
        inside--;
      }
    }
    if (next != null) {
      next.complete();
    }
  }

  /** Lets nobody in any more, and sends those away who wait. */
  public void close() {
    Deque<Promise<Void>> left;
    synchronized (this) {
      closed = true;
      left = new ArrayDeque<>(waiting);
      waiting.clear();
    }
    left.forEach(
        turn ->
            turn.fail(
                new RuntimeUnavailableException("The server is stopping; try again later.", null)));
  }
}

package ai.bharatbuild.log;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/** Those who wait until events are on disk, in the order of the events. */
final class Waiters {
  private final ArrayDeque<Waiter> waiters = new ArrayDeque<>();

  /** Completes when the event is released. */
  Future<Void> add(long id) {
    Promise<Void> promise = Promise.promise();
    waiters.add(new Waiter(id, promise));
    return promise.future();
  }

  boolean isEmpty() {
    return waiters.isEmpty();
  }

  /** Lets go those who wait for an event up to this one. */
  void release(long throughId) {
    List<Waiter> done = new ArrayList<>();
    while (!waiters.isEmpty() && waiters.peek().id() <= throughId) {
      done.add(waiters.poll());
    }
    done.forEach(waiter -> waiter.promise().complete());
  }

  private record Waiter(long id, Promise<Void> promise) {}
}

package ai.bharatbuild.accounts;

import ai.bharatbuild.problem.ApiException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Lets those wait for a moment who are refused because too many come, or they too often: who asks
 * again as soon as there is an answer takes no more of the server by that. So many wait at most;
 * others are answered at once. Thread-safe.
 */
final class HeldRefusals {
  private static final long HOLD_MS = 500;
  private static final int MOST = 1_000;
  private static final Set<Integer> HELD = Set.of(429, 503);

  private final Vertx vertx;
  private final AtomicInteger waiting = new AtomicInteger();

  HeldRefusals(Vertx vertx) {
    this.vertx = vertx;
  }

  /** The same failure, later where it is such a refusal. */
  <T> Future<T> hold(Throwable cause) {
    boolean held = cause instanceof ApiException told && HELD.contains(told.problem().status());
    if (!held || waiting.incrementAndGet() > MOST) {
      if (held) {
        waiting.decrementAndGet();
      }
      return Future.failedFuture(cause);
    }
    return vertx
        .timer(HOLD_MS, TimeUnit.MILLISECONDS)
        .onComplete(v -> waiting.decrementAndGet())
        .transform(v -> Future.failedFuture(cause));
  }
}

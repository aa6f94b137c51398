package ai.bharatbuild.sandbox.docker;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A named pool for blocking calls that takes only so many at once and interrupts those that take
 * too long: the client library has no working read timeout on Unix sockets, so one engine that
 * hangs would hold every thread for ever.
 */
final class BoundedWorker {
  private final Vertx vertx;
  private final WorkerExecutor executor;
  private final Semaphore room;
  private final int places;
  private volatile boolean closing;

  BoundedWorker(Vertx vertx, String name, int threads, int waiting) {
    this.vertx = vertx;
    this.executor = vertx.createSharedWorkerExecutor(name, threads, 5, TimeUnit.MINUTES);
    this.places = threads + waiting;
    this.room = new Semaphore(places);
  }

  /**
   * Runs the call and completes on the caller's context. Fails at once when the pool is full or
   * closing.
   *
   * @param limit how long the call may wait for a thread, and then how long it may run
   */
  <T> Future<T> call(Duration limit, Callable<T> call) {
    if (closing || !room.tryAcquire()) {
      return Future.failedFuture(EngineErrors.busy());
    }
    long asked = System.nanoTime();
    return executor
        .executeBlocking(
            () -> {
              if (System.nanoTime() - asked > limit.toNanos()) {
                throw new TimeoutException("waited too long for a thread");
              }
              return new Watched<>(call).run(limit);
            },
            false)
        .onComplete(done -> room.release());
  }

  /** Takes no more calls, lets those that run finish for as long as the limit, and ends. */
  Future<Void> close(Duration limit) {
    closing = true;
    return vertx
        .executeBlocking(
            () -> room.tryAcquire(places, limit.toMillis(), TimeUnit.MILLISECONDS), false)
        .eventually(executor::close)
        .mapEmpty();
  }

  /** One run, which can be interrupted until it has returned and never after. */
  private final class Watched<T> {
    private final Callable<T> call;
    private Thread thread = Thread.currentThread();
    private boolean late;

    Watched(Callable<T> call) {
      this.call = call;
    }

    T run(Duration limit) throws Exception {
      long timer = vertx.setTimer(limit.toMillis(), id -> interrupt());
      try {
        return call.call();
      } catch (Exception e) {
        throw wasLate() ? new TimeoutException(e.toString()) : e;
      } finally {
        vertx.cancelTimer(timer);
        finished();
      }
    }

    private synchronized void interrupt() {
      if (thread != null) {
        late = true;
        thread.interrupt();
      }
    }

    private synchronized boolean wasLate() {
      return late;
    }

    private synchronized void finished() {
      thread = null;
      Thread.interrupted();
    }
  }
}

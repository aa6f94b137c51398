package ai.bharatbuild.files;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Runs tasks one after another in the order they came. What one task writes the next one sees, so
 * their state needs no locks. Several waiting tasks share one hop to a thread. Any thread may add
 * tasks.
 */
public final class Lane {
  private static final int MAX_WAITING = 4096;

  /** After so many tasks other lanes get their turn. */
  private static final int BURST = 32;

  private final FileWorkers workers;
  private final ConcurrentLinkedQueue<FileWorkers.Task<?>> queue = new ConcurrentLinkedQueue<>();
  private final AtomicInteger waiting = new AtomicInteger();

  Lane(FileWorkers workers) {
    this.workers = workers;
  }

  public <T> Future<T> run(Callable<T> task) {
    Promise<T> promise = Promise.promise();
    if (waiting.get() >= MAX_WAITING) {
      promise.fail(FileWorkers.busy());
      return promise.future();
    }
    queue.add(new FileWorkers.Task<>(promise, task));
    if (waiting.getAndIncrement() == 0) {
      schedule();
    }
    return promise.future();
  }

  private void schedule() {
    try {
      workers.threads().execute(this::drain);
    } catch (RejectedExecutionException e) {
      // The server is stopping; what was not begun is not done.
      for (FileWorkers.Task<?> task = queue.poll(); task != null; task = queue.poll()) {
        waiting.decrementAndGet();
        task.promise().fail(FileWorkers.busy());
      }
    }
  }

  private void drain() {
    int done = 0;
    while (done < BURST) {
      FileWorkers.Task<?> task = queue.poll();
      if (task == null) {
        break;
      }
      task.run();
      done++;
    }
    if (waiting.addAndGet(-done) > 0) {
      schedule();
    }
  }
}

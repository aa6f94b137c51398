package ai.bharatbuild.files;

import ai.bharatbuild.problem.ApiException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The threads on which all file work is done, so that no event loop ever waits for a disk. Futures
 * complete on such a thread; what continues there must not block.
 */
public final class FileWorkers implements AutoCloseable {
  private static final int MAX_WAITING = 16_384;
  private final ThreadPoolExecutor threads;

  public FileWorkers(int size) {
    this(size, "files-");
  }

  /** Threads of another name, for work that must not hold up the rest. */
  public FileWorkers(int size, String name) {
    threads =
        new ThreadPoolExecutor(
            size,
            size,
            0,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            Thread.ofPlatform().name(name, 1).daemon(true).factory());
  }

  /** Runs a task on any thread. Failures of files become failures of the API. */
  public <T> Future<T> run(Callable<T> task) {
    Promise<T> promise = Promise.promise();
    if (threads.getQueue().size() >= MAX_WAITING) {
      promise.fail(busy());
      return promise.future();
    }
    try {
      threads.execute(new Task<>(promise, task));
    } catch (RejectedExecutionException e) {
      promise.fail(busy());
    }
    return promise.future();
  }

  /** A queue of its own on these threads: its tasks run one after another, in order. */
  public Lane lane() {
    return new Lane(this);
  }

  Executor threads() {
    return threads;
  }

  static ApiException busy() {
    return ApiException.busy("The server has too many files to work on; try again.", 1);
  }

  /** A task with the promise of its result. */
  record Task<T>(Promise<T> promise, Callable<T> call) implements Runnable {
    @Override
    public void run() {
      T result;
      try {
        result = call.call();
      } catch (FileFailure e) {
        promise.fail(FileProblems.toApi(e));
        return;
      } catch (Throwable e) {
        promise.fail(e);
        return;
      }
      promise.complete(result);
    }
  }

  /** Interrupts what is being done and forgets what waits. */
  public void abandon() {
    threads.shutdownNow();
    await(5);
  }

  /** Lets what was accepted finish, for at most 20 seconds. */
  @Override
  public void close() {
    threads.shutdown();
    await(20);
  }

  private void await(int seconds) {
    try {
      threads.awaitTermination(seconds, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

package ai.bharatbuild.agents.author;

import ai.bharatbuild.agents.work.RunStoppedException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;

/** Work on several things at once, on virtual threads of their own. */
final class Parallel<T> {
  private final Semaphore free;
  private final Consumer<T> work;

  /** Fails with the first failure, as soon as there is one. */
  private final CompletableFuture<Void> first = new CompletableFuture<>();

  private Parallel(int most, Consumer<T> work) {
    this.free = new Semaphore(most, true);
    this.work = work;
  }

  /**
   * Works on all things and waits for the end of all work. The first failure interrupts the rest,
   * lets nothing more begin, and comes out; so does an interrupt of the caller.
   *
   * @param most how many at once
   */
  static <T> void forEach(List<T> things, int most, Consumer<T> work) {
    new Parallel<>(most, work).run(things);
  }

  private void run(List<T> things) {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<CompletableFuture<Void>> all = new ArrayList<>();
      for (T thing : things) {
        all.add(CompletableFuture.runAsync(() -> one(thing), threads));
      }
      CompletableFuture<Void> done = CompletableFuture.allOf(all.toArray(CompletableFuture[]::new));
      try {
        CompletableFuture.anyOf(done, first).get();
      } catch (InterruptedException e) {
        first.completeExceptionally(new RunStoppedException("the stage was interrupted"));
        Thread.currentThread().interrupt();
      } catch (ExecutionException e) {
        // It is thrown below, once all have ended.
      }
      if (first.isCompletedExceptionally()) {
        threads.shutdownNow();
      }
    }
    if (first.isCompletedExceptionally()) {
      throw failure(first.exceptionNow());
    }
  }

  private void one(T thing) {
    try {
      free.acquire();
    } catch (InterruptedException e) {
      return;
    }
    try {
      if (!first.isDone()) {
        work.accept(thing);
      }
    } catch (Throwable e) {
      first.completeExceptionally(e);
    } finally {
      free.release();
    }
  }

  private static RuntimeException failure(Throwable cause) {
    return cause instanceof RuntimeException known ? known : new IllegalStateException(cause);
  }
}

package ai.bharatbuild.log;

import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a log to disk, one write after another: when much is waiting at once, little after a
 * moment, and all of it when somebody waits for that. Used on the log's context, but for {@link
 * #blocking}.
 */
final class LogWriter {
  private static final Logger LOG = LoggerFactory.getLogger(LogWriter.class);

  private final Vertx vertx;
  private final WorkerExecutor worker;
  private final LogLimits limits;
  private final LogFiles files;
  private final LogView view;
  private final Progress progress;
  private final Runnable onWritten;
  private final Waiters waiters = new Waiters();

  private Segment tail;
  private boolean writing;
  private boolean timerSet;
  private long retryAt;

  /**
   * @param onWritten called after each write, whether it succeeded or not
   */
  LogWriter(
      Vertx vertx,
      WorkerExecutor worker,
      LogLimits limits,
      LogFiles files,
      LogView view,
      Progress progress,
      Runnable onWritten) {
    this.vertx = vertx;
    this.worker = worker;
    this.limits = limits;
    this.files = files;
    this.view = view;
    this.progress = progress;
    this.onWritten = onWritten;
  }

  <T> Future<T> blocking(Callable<T> work) {
    try {
      return worker.executeBlocking(work, false);
    } catch (RejectedExecutionException e) {
      // The executor was closed first: for the log that is a disk that takes no more.
      return Future.failedFuture(e);
    }
  }

  /** Something was appended that is to be written in time. */
  void appended() {
    if (writing) {
      return;
    }
    if (view.pendingBytes() >= limits.flushBytes()) {
      pump();
    } else if (!timerSet) {
      timerSet = true;
      vertx.setTimer(limits.flushDelay().toMillis(), _ -> flushLate());
    }
  }

  /** Writes what was appended so far; completes also when the disk does not take it. */
  Future<Void> flush() {
    Future<Void> flushed = waiters.add(view.lastId());
    retryAt = System.nanoTime();
    pump();
    return flushed;
  }

  private void flushLate() {
    timerSet = false;
    pump();
  }

  private void pump() {
    if (writing || (view.failing() && System.nanoTime() - retryAt < 0)) {
      return;
    }
    LogView.Batch batch = view.pending();
    // Nobody goes on after the last event.
    Checkpoint due = batch.endId() > 0 ? null : progress.due();
    if (batch.pieces().isEmpty() && due == null) {
      waiters.release(Long.MAX_VALUE);
      return;
    }
    writing = true;
    Segment after = tail;
    blocking(() -> files.write(batch.pieces(), after, batch.endId(), due))
        .onComplete(result -> written(result, due));
  }

  private void written(AsyncResult<LogFiles.Written> result, Checkpoint due) {
    writing = false;
    LogFiles.Written done =
        result.succeeded()
            ? result.result()
            : new LogFiles.Written(List.of(), new IOException(result.cause()));
    boolean failed = done.failure() != null;
    if (failed && !view.failing()) {
      LOG.warn("log_disk_failed the log goes on in memory", done.failure());
    }
    if (!done.segments().isEmpty()) {
      tail = done.segments().getLast();
    }
    List<Segment> dropped = view.persisted(done);
    if (!dropped.isEmpty()) {
      blocking(
              () -> {
                files.delete(dropped);
                return null;
              })
          .onFailure(cause -> LOG.warn("log_segments_not_deleted", cause));
    }
    retryAt = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(limits.retryDelay().toMillis());
    waiters.release(failed ? Long.MAX_VALUE : view.persistedId());
    progress.wrote(due, failed);
    onWritten.run();
    if (!waiters.isEmpty()) {
      pump();
    } else if (view.pendingBytes() > 0) {
      appended();
    }
  }
}

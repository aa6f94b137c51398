package ai.bharatbuild.sandbox.log;

import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.ContextInternal;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An append-only log of numbered events (1, 2, 3, …) with one writer and any number of readers.
 *
 * <p>It belongs to the Vert.x context on which it was made: {@link #append}, {@link #end}, {@link
 * #flush}, {@link #writeQueueFull} and {@link #drainHandler} are called there. Readers may be made
 * and read on any context. Nothing blocks: disk work happens on the worker executor given.
 *
 * <p>When the disk takes no more, the log goes on with what fits in memory; readers are told what
 * they miss, and the producer is not held up.
 */
public final class EventLog {
  private static final Logger LOG = LoggerFactory.getLogger(EventLog.class);

  /** Events whose missed bytes can be counted from the id alone; 32 MB of index at most. */
  private static final long INDEXED = 4L << 20;

  private final Vertx vertx;
  private final WorkerExecutor worker;
  private final LogLimits limits;
  private final LogFiles files;
  private final LogView view;
  private final ArrayDeque<Waiter> waiters = new ArrayDeque<>();

  private Segment tail;
  private boolean writing;
  private boolean timerSet;
  private boolean wasFull;
  private long retryAt;
  private Runnable drain;

  private EventLog(
      Vertx vertx, WorkerExecutor worker, LogLimits limits, LogFiles files, LogView view) {
    this.vertx = vertx;
    this.worker = worker;
    this.limits = limits;
    this.files = files;
    this.view = view;
  }

  /**
   * A new log in a directory that does not exist yet or is empty; it is made with the first write.
   */
  public static EventLog create(
      Vertx vertx, WorkerExecutor worker, Path directory, LogLimits limits) {
    LogFiles files = new LogFiles(directory, limits.segment(), INDEXED);
    return new EventLog(vertx, worker, limits, files, new LogView(limits));
  }

  /**
   * The log that an earlier process left in a directory; a torn last record is ignored. If it has
   * not {@link #ended}, the caller goes on with it or ends it. Fails when the files cannot be read.
   */
  public static Future<EventLog> open(
      Vertx vertx, WorkerExecutor worker, Path directory, LogLimits limits) {
    LogFiles files = new LogFiles(directory, limits.segment(), INDEXED);
    return worker
        .executeBlocking(files::recover, false)
        .map(found -> new EventLog(vertx, worker, limits, files, new LogView(limits, found)));
  }

  /**
   * Adds an event and gives its id.
   *
   * @param json a JSON value without raw line breaks; copied
   * @param rawBytes what the event counts for in {@link LogLimits#retain} and in gaps
   * @throws IllegalStateException when the log has ended
   */
  public long append(byte[] json, int offset, int length, long rawBytes) {
    long id = view.append(json, offset, length, rawBytes, false);
    afterAppend();
    return id;
  }

  /** Adds an event; see {@link #append(byte[], int, int, long)}. */
  public long append(Buffer json, long rawBytes) {
    byte[] bytes = json.getBytes();
    return append(bytes, 0, bytes.length, rawBytes);
  }

  /**
   * Adds the last event. The future completes when all of the log is on disk, or when it is clear
   * that the disk does not take it.
   */
  public Future<Void> end(Buffer json, long rawBytes) {
    byte[] bytes = json.getBytes();
    view.append(bytes, 0, bytes.length, rawBytes, true);
    return flush();
  }

  /** Writes to disk what was appended so far; completes also when the disk does not take it. */
  public Future<Void> flush() {
    Promise<Void> promise = Promise.promise();
    waiters.add(new Waiter(view.lastId(), promise));
    retryAt = System.nanoTime();
    pump();
    return promise.future();
  }

  /** Whether the producer should pause because the disk is behind. */
  public boolean writeQueueFull() {
    if (!view.failing() && view.pendingBytes() > limits.queue()) {
      wasFull = true;
    }
    return wasFull;
  }

  /** Called after {@link #writeQueueFull} was true, when the producer may go on. */
  public EventLog drainHandler(Runnable action) {
    drain = action;
    return this;
  }

  /**
   * A reader of the events after {@code lastEventId}: 0 for all of them; an id beyond the end means
   * the end. It belongs to the caller's context.
   */
  public LogReader reader(long lastEventId) {
    return new LogReader(this, (ContextInternal) vertx.getOrCreateContext(), lastEventId);
  }

  /** Id of the newest event; 0 when there is none. On any thread. */
  public long lastId() {
    return view.lastId();
  }

  /** Whether the last event was appended. On any thread. */
  public boolean ended() {
    return view.ended();
  }

  /** Bytes of memory held for events. On any thread. */
  public long heapBytes() {
    return view.heapBytes();
  }

  /** Bytes of segment files. On any thread. */
  public long diskBytes() {
    return view.diskBytes();
  }

  /** Ends the log for its readers without a last event and removes its files. */
  public Future<Void> delete() {
    view.clear();
    // After a write under way, which would make the directory again.
    return flush()
        .compose(
            _ ->
                blocking(
                    () -> {
                      view.clear();
                      files.deleteAll();
                      return null;
                    }));
  }

  LogView view() {
    return view;
  }

  LogFiles files() {
    return files;
  }

  <T> Future<T> blocking(Callable<T> work) {
    try {
      return worker.executeBlocking(work, false);
    } catch (RejectedExecutionException e) {
      // The executor was closed first: for the log that is a disk that takes no more.
      return Future.failedFuture(e);
    }
  }

  /** A segment that was dropped or is damaged is not looked for again; readers are told so. */
  boolean isLost(Segment segment, Throwable cause) {
    boolean damaged = cause instanceof LogFiles.DamagedException;
    if (damaged) {
      LOG.warn("log_segment_damaged file={}", segment.file(), cause);
    }
    boolean lost = damaged || cause instanceof NoSuchFileException;
    if (lost) {
      view.forget(segment);
    }
    return lost;
  }

  private void afterAppend() {
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

  private void flushLate() {
    timerSet = false;
    pump();
  }

  private void pump() {
    if (writing || (view.failing() && System.nanoTime() - retryAt < 0)) {
      return;
    }
    LogView.Batch batch = view.pending();
    if (batch.pieces().isEmpty()) {
      release(Long.MAX_VALUE);
      return;
    }
    writing = true;
    Segment after = tail;
    blocking(() -> files.write(batch.pieces(), after, batch.endId())).onComplete(this::written);
  }

  private void written(AsyncResult<LogFiles.Written> result) {
    writing = false;
    LogFiles.Written written =
        result.succeeded()
            ? result.result()
            : new LogFiles.Written(List.of(), new IOException(result.cause()));
    boolean failed = written.failure() != null;
    if (failed && !view.failing()) {
      LOG.warn("log_disk_failed the log goes on in memory", written.failure());
    }
    if (!written.segments().isEmpty()) {
      tail = written.segments().getLast();
    }
    List<Segment> dropped = view.persisted(written);
    if (!dropped.isEmpty()) {
      blocking(
              () -> {
                files.delete(dropped);
                return null;
              })
          .onFailure(cause -> LOG.warn("log_segments_not_deleted", cause));
    }
    retryAt = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(limits.retryDelay().toMillis());
    release(failed ? Long.MAX_VALUE : view.persistedId());
    relieve();
    if (!waiters.isEmpty()) {
      pump();
    } else if (view.pendingBytes() > 0) {
      afterAppend();
    }
  }

  private void release(long persistedId) {
    List<Waiter> done = new ArrayList<>();
    while (!waiters.isEmpty() && waiters.peek().id() <= persistedId) {
      done.add(waiters.poll());
    }
    done.forEach(waiter -> waiter.promise().complete());
  }

  private void relieve() {
    if (wasFull && (view.failing() || view.pendingBytes() <= limits.queue() / 2)) {
      wasFull = false;
      if (drain != null) {
        drain.run();
      }
    }
  }

  /** Someone who waits until the event is on disk. */
  private record Waiter(long id, Promise<Void> promise) {}
}

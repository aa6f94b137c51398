package ai.bharatbuild.log;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.ContextInternal;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.function.LongConsumer;
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
  private final LogLimits limits;
  private final LogFiles files;
  private final LogView view;
  private final Progress progress;
  private final LogWriter writer;
  private boolean wasFull;
  private Runnable drain;

  private EventLog(
      Vertx vertx,
      WorkerExecutor worker,
      LogLimits limits,
      LogFiles files,
      LogView view,
      Progress progress) {
    this.vertx = vertx;
    this.limits = limits;
    this.files = files;
    this.view = view;
    this.progress = progress;
    this.writer = new LogWriter(vertx, worker, limits, files, view, progress, this::relieve);
  }

  /**
   * A new log in a directory that does not exist yet or is empty; it is made with the first write.
   */
  public static EventLog create(
      Vertx vertx, WorkerExecutor worker, Path directory, LogLimits limits) {
    LogFiles files = new LogFiles(directory, limits.segment(), INDEXED);
    return new EventLog(vertx, worker, limits, files, new LogView(limits), new Progress());
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
        .map(
            found ->
                new EventLog(
                    vertx,
                    worker,
                    limits,
                    files,
                    new LogView(limits, found),
                    new Progress(found.checkpoint())));
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
    writer.appended();
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
    return writer.flush();
  }

  /**
   * Notes how far the producer's input is in the log; it is written with the events, and replaces
   * the one before.
   */
  public void checkpoint(Checkpoint reached) {
    progress.reached(reached, view.failing());
  }

  /** The checkpoint noted last, in a log that was opened the one that was found; or null. */
  public Checkpoint checkpoint() {
    return progress.newest();
  }

  /**
   * Called with {@link Checkpoint#inputs} when a checkpoint is on disk, and need not be given
   * again; also when the disk takes no more, as nobody shall wait for it then.
   */
  public EventLog safeHandler(LongConsumer action) {
    progress.onSafe(action);
    return this;
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
    return writer.blocking(work);
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

  private void relieve() {
    if (wasFull && (view.failing() || view.pendingBytes() <= limits.queue() / 2)) {
      wasFull = false;
      if (drain != null) {
        drain.run();
      }
    }
  }
}

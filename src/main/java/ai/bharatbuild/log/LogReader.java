package ai.bharatbuild.log;

import ai.bharatbuild.http.Sse;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.buffer.BufferInternal;
import java.util.List;

/**
 * A place in a log. Belongs to the Vert.x context on which it was made: {@link #next} is called
 * there, and the wake-up comes there. An idle reader costs about a hundred bytes and nothing else.
 */
public final class LogReader implements Sse.Source {
  private static final Buffer NOTHING = BufferInternal.buffer(Unpooled.EMPTY_BUFFER);

  private final EventLog log;
  private final ContextInternal context;
  private volatile Runnable wake;

  /** The segment, by its first id, in which the next record's place is known; 0 for none. */
  private long segmentId;

  private long segmentOffset;
  private boolean reading;
  private volatile boolean ended;

  // Changed by the reader's own thread only.
  long nextId;
  long rawBefore;

  // Guarded by the log's view.
  boolean waiting;
  LogReader preceding;
  LogReader following;
  final Waiting.Group group;

  LogReader(EventLog log, ContextInternal context, long lastEventId) {
    this.log = log;
    this.context = context;
    this.group = log.view().group(context.nettyEventLoop());
    log.view().place(this, lastEventId);
  }

  /**
   * Gives the next whole records: as many as fit in {@code maxBytes}, at least one; fewer than
   * there are when they lie in different places, so go on until the buffer is empty, which means
   * that there is nothing more, now or (see {@link #ended}) at all. Events that are no longer kept
   * are represented by one {@code gap} record. The bytes are shared by all readers and must not be
   * changed.
   *
   * <p>The future is often already complete: loop, do not recurse. It fails with {@link
   * IllegalStateException} while another read is under way, and with the file system's error when
   * events that are kept cannot be read now; the reader stays where it was.
   */
  @Override
  public Future<Buffer> next(int maxBytes) {
    if (reading) {
      return Future.failedFuture(new IllegalStateException("the reader is being read"));
    }
    return switch (log.view().step(this, maxBytes)) {
      case Step.InMemory found -> {
        advance(found.lastId(), found.rawThrough());
        yield Future.succeededFuture(share(found.slices()));
      }
      case Step.OnDisk found -> readDisk(found.segment(), maxBytes);
      case Step.Missing missing -> tellGap(missing);
      case Step.CaughtUp _ -> Future.succeededFuture(NOTHING);
      case Step.End _ -> {
        ended = true;
        yield Future.succeededFuture(NOTHING);
      }
    };
  }

  /** True when the last event of an ended log has been given. */
  @Override
  public boolean ended() {
    return ended || (log.ended() && nextId > log.lastId());
  }

  /** Id of the last event given (or reported as missed), with which another reader can go on. */
  public long lastEventId() {
    return nextId - 1;
  }

  /**
   * Calls {@code action} on this reader's context when there is something to read after {@link
   * #next} gave nothing: once, until the reader is read to its end again.
   */
  @Override
  public void onMore(Runnable action) {
    wake = action;
  }

  /** Forgets the wake-up. The reader may still be read. */
  @Override
  public void close() {
    wake = null;
    log.view().disarm(this);
  }

  void wake() {
    Runnable action = wake;
    if (action != null) {
      context.emit(action, Runnable::run);
    }
  }

  private Future<Buffer> readDisk(Segment segment, int maxBytes) {
    long id = nextId;
    long offset = segment.firstId() == segmentId ? segmentOffset : -1;
    reading = true;
    return log.blocking(() -> log.files().read(segment, id, offset, maxBytes))
        .transform(
            read -> {
              reading = false;
              if (read.succeeded()) {
                return Future.succeededFuture(fromDisk(segment, read.result()));
              }
              return log.isLost(segment, read.cause())
                  ? next(maxBytes)
                  : Future.failedFuture(read.cause());
            });
  }

  private Buffer fromDisk(Segment segment, LogFiles.Slice slice) {
    // The index knows the raw bytes of what is on disk, should they be asked for.
    advance(slice.lastId(), -1);
    segmentId = segment.firstId();
    segmentOffset = slice.nextOffset();
    return share(slice.data(), 0, slice.length());
  }

  private Future<Buffer> tellGap(Step.Missing missing) {
    long from = nextId;
    if (rawBefore >= 0) {
      return Future.succeededFuture(gap(from, missing, rawBefore));
    }
    reading = true;
    return log.blocking(() -> log.files().rawThrough(from - 1))
        .transform(
            read -> {
              reading = false;
              boolean known = read.succeeded() && log.files().indexed(from - 1, log.lastId());
              return Future.succeededFuture(gap(from, missing, known ? read.result() : -1));
            });
  }

  private Buffer gap(long from, Step.Missing missing, long before) {
    advance(missing.lastId(), missing.rawThrough());
    long bytes = before < 0 ? -1 : missing.rawThrough() - before;
    byte[] record = Records.gap(from, missing.lastId(), bytes);
    return share(record, 0, record.length);
  }

  private void advance(long lastId, long rawThrough) {
    nextId = lastId + 1;
    rawBefore = rawThrough;
    segmentId = 0;
  }

  private static Buffer share(List<Step.Slice> slices) {
    if (slices.size() == 1) {
      Step.Slice only = slices.getFirst();
      return share(only.data(), only.start(), only.length());
    }
    ByteBuf[] parts = new ByteBuf[slices.size()];
    for (int i = 0; i < parts.length; i++) {
      Step.Slice slice = slices.get(i);
      parts[i] = Unpooled.wrappedBuffer(slice.data(), slice.start(), slice.length());
    }
    return BufferInternal.buffer(Unpooled.wrappedBuffer(parts.length, parts));
  }

  private static Buffer share(byte[] data, int start, int length) {
    return BufferInternal.buffer(Unpooled.wrappedBuffer(data, start, length));
  }
}

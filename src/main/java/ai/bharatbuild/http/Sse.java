package ai.bharatbuild.http;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends an event log to one client as server-sent events: pulls from a {@link Source} as fast as
 * the client takes it, keeps the connection alive with comments, and stops when the client leaves.
 * Runs on the request's event loop.
 */
public final class Sse {
  private static final Logger LOG = LoggerFactory.getLogger(Sse.class);
  private static final long HEARTBEAT_MS = 15_000;
  private static final int CHUNK_BYTES = 128 << 10;
  private static final Buffer HEARTBEAT = Buffer.buffer(": keep-alive\n\n");

  /** A reader of a log. All calls are made on one context. */
  public interface Source {
    /**
     * Whole records ready to send, at most about that many bytes; empty when the reader has caught
     * up. May complete on any context.
     */
    Future<Buffer> next(int maxBytes);

    /** Whether the last record was given. */
    boolean ended();

    /** Calls the handler, once for each time that the reader has caught up, when there is more. */
    void onMore(Runnable wake);

    /** Lets go of the log. */
    void close();
  }

  private final Vertx vertx;
  private final HttpServerResponse response;
  private final Source source;
  private long heartbeat;
  private boolean busy;
  private boolean again;
  private boolean closed;

  private Sse(Vertx vertx, HttpServerResponse response, Source source) {
    this.vertx = vertx;
    this.response = response;
    this.source = source;
  }

  /**
   * Writes the head and everything the source gives until it ends or the client leaves. What is
   * there goes out together: each write wakes the client.
   */
  public static void send(RoutingContext context, Source source) {
    HttpServerResponse response = context.response();
    Sse sse = new Sse(context.vertx(), response, source);
    if (response.closed()) {
      source.close();
      return;
    }
    response
        .setChunked(true)
        .putHeader("Content-Type", "text/event-stream")
        .putHeader("Cache-Control", "no-store")
        .putHeader("X-Accel-Buffering", "no");
    context.addEndHandler(ended -> sse.close());
    response.exceptionHandler(e -> sse.close());
    sse.heartbeat = sse.vertx.setPeriodic(HEARTBEAT_MS, id -> sse.beat());
    OpenStreams.follow(context, () -> sse.closed, sse::breakOff);
    source.onMore(sse::wake);
    sse.pump();
  }

  /** The value of {@code Last-Event-ID}, from the header or the query; 0 where there is none. */
  public static long lastEventId(RoutingContext context) {
    String given = context.request().getHeader("Last-Event-ID");
    if (given == null || given.isBlank()) {
      return Query.whole(context, "last_event_id", 0, Long.MAX_VALUE, 0);
    }
    try {
      return Math.max(0, Long.parseLong(given.strip()));
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  private void wake() {
    if (busy) {
      again = true;
    } else {
      pump();
    }
  }

  private void pump() {
    if (closed || busy) {
      return;
    }
    if (response.writeQueueFull()) {
      busy = true;
      response.drainHandler(
          v -> {
            busy = false;
            pump();
          });
      return;
    }
    busy = true;
    Future<Buffer> next = source.next(CHUNK_BYTES);
    if (!next.isComplete()) {
      begin();
    }
    next.onComplete(this::write, this::fail);
  }

  /** The client learns that it was accepted, though there is nothing to tell yet. */
  private void begin() {
    if (!response.headWritten()) {
      response.writeHead();
    }
  }

  private void write(Buffer records) {
    busy = false;
    if (closed) {
      return;
    }
    if (source.ended()) {
      response.end(records);
      close();
      return;
    }
    if (records.length() > 0) {
      response.write(records);
    } else {
      begin();
    }
    if (records.length() > 0 || again) {
      again = false;
      pump();
    }
  }

  private void fail(Throwable cause) {
    LOG.warn("event stream broke off", cause);
    breakOff();
  }

  /** So that the client sees that this was not the end. */
  private void breakOff() {
    close();
    response.reset();
  }

  private void beat() {
    if (!response.writeQueueFull() && !closed) {
      response.write(HEARTBEAT);
    }
  }

  private void close() {
    if (!closed) {
      closed = true;
      vertx.cancelTimer(heartbeat);
      source.close();
    }
  }
}

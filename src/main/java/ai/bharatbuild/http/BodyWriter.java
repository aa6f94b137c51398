package ai.bharatbuild.http;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends a body that is made while it is sent, as fast as the client takes it. A source that fails
 * breaks the connection off, so that the client cannot take what it has for the whole. Runs on the
 * request's event loop.
 */
public final class BodyWriter {
  private static final Logger LOG = LoggerFactory.getLogger(BodyWriter.class);
  private static final int CHUNK_BYTES = 128 << 10;

  /** Where the body comes from. All calls are made on one context, one after another. */
  public interface Source {
    /** The next piece, about that large; may complete on any context. */
    Future<Buffer> next(int bytes);

    /** Whether the last piece was given. */
    boolean ended();

    /** Lets go of everything; called once, possibly while {@link #next} is under way. */
    void close();
  }

  private final HttpServerResponse response;
  private final Source source;
  private boolean closed;

  private BodyWriter(HttpServerResponse response, Source source) {
    this.response = response;
    this.source = source;
  }

  /** Sends the body; status and headers are to be set before. */
  public static void send(RoutingContext context, Source source) {
    HttpServerResponse response = context.response();
    if (response.closed()) {
      source.close();
      return;
    }
    BodyWriter writer = new BodyWriter(response, source);
    response.setChunked(true);
    context.addEndHandler(ended -> writer.close());
    response.exceptionHandler(e -> writer.close());
    writer.pump();
  }

  private void pump() {
    if (closed) {
      return;
    }
    if (response.writeQueueFull()) {
      response.drainHandler(v -> pump());
      return;
    }
    response.drainHandler(null);
    source.next(CHUNK_BYTES).onComplete(this::write, this::fail);
  }

  private void write(Buffer piece) {
    if (closed) {
      return;
    }
    boolean last = source.ended();
    if (piece.length() > 0) {
      response.write(piece);
    }
    if (last) {
      response.end();
      close();
    } else {
      pump();
    }
  }

  private void fail(Throwable cause) {
    if (!closed) {
      LOG.warn("body broke off", cause);
      close();
      response.reset();
    }
  }

  private void close() {
    if (!closed) {
      closed = true;
      source.close();
    }
  }
}

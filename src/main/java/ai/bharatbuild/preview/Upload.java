package ai.bharatbuild.preview;

import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.streams.ReadStream;

/**
 * A request's body on its way to the app. Sends the head of the app's request before the first byte
 * of the body, so that an app can answer (with {@code 100 Continue}, too) before any of it has
 * come. Also knows whose turn it is.
 */
final class Upload implements ReadStream<Buffer> {
  private final ReadStream<Buffer> source;
  private HttpClientRequest out;
  private long lastMoved = System.nanoTime();
  private boolean wanted;
  private boolean flowing;
  private boolean ended;

  Upload(ReadStream<Buffer> source) {
    this.source = source;
  }

  void to(HttpClientRequest appRequest) {
    out = appRequest;
  }

  /** {@link System#nanoTime()} of the last piece. */
  long lastMoved() {
    return lastMoved;
  }

  /** Whether the app would take more and the client has not sent it yet. */
  boolean awaitsClient() {
    return wanted && flowing && !ended;
  }

  @Override
  public Upload handler(Handler<Buffer> handler) {
    wanted = handler != null;
    source.handler(
        handler == null
            ? null
            : piece -> {
              lastMoved = System.nanoTime();
              handler.handle(piece);
            });
    return this;
  }

  @Override
  public Upload endHandler(Handler<Void> handler) {
    source.endHandler(
        handler == null
            ? null
            : end -> {
              lastMoved = System.nanoTime();
              ended = true;
              handler.handle(end);
            });
    return this;
  }

  @Override
  public Upload exceptionHandler(Handler<Throwable> handler) {
    source.exceptionHandler(handler);
    return this;
  }

  @Override
  public Upload pause() {
    flowing = false;
    source.pause();
    return this;
  }

  @Override
  public Upload resume() {
    return fetch(Long.MAX_VALUE);
  }

  @Override
  public Upload fetch(long amount) {
    if (out != null) {
      HttpClientRequest ready = out;
      out = null;
      ready.sendHead();
    }
    flowing = true;
    source.fetch(amount);
    return this;
  }
}

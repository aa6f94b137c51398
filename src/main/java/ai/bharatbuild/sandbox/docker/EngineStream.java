package ai.bharatbuild.sandbox.docker;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;

/** A connection to the engine that carries bytes both ways. It starts paused. */
final class EngineStream {
  private final HttpClientRequest request;
  private final HttpClientResponse response;
  private Handler<Void> closed = v -> {};

  EngineStream(HttpClientRequest request, HttpClientResponse response) {
    this.request = request;
    this.response = response;
    response.pause();
  }

  /**
   * Sets who reads.
   *
   * @param closed called once, after the last bytes, unless {@link #close} came first
   */
  void handlers(Handler<Buffer> bytes, Handler<Void> closed) {
    this.closed = closed;
    response.handler(bytes).endHandler(v -> ended()).exceptionHandler(e -> ended());
  }

  Future<Void> write(Buffer bytes) {
    return request.write(bytes);
  }

  boolean writeQueueFull() {
    return request.writeQueueFull();
  }

  void drainHandler(Handler<Void> drained) {
    request.drainHandler(drained);
  }

  void pause() {
    response.pause();
  }

  void resume() {
    response.resume();
  }

  /** Ends the connection in both directions. */
  void close() {
    closed = v -> {};
    // Not a reset: after the last bytes of an answer that would give the connection back for reuse.
    request.connection().close();
  }

  private void ended() {
    Handler<Void> handler = closed;
    closed = v -> {};
    handler.handle(null);
  }
}

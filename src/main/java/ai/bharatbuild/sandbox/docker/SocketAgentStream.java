package ai.bharatbuild.sandbox.docker;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetSocket;

/** The agent's frames over a connection to its own socket. */
final class SocketAgentStream implements AgentStream {
  /** How long an agent may take to read what it was sent last. */
  private static final long LAST_WORDS_MS = 5_000;

  private final Vertx vertx;
  private final NetSocket socket;
  private Handler<Void> closed = v -> {};

  SocketAgentStream(Vertx vertx, NetSocket socket) {
    this.vertx = vertx;
    this.socket = socket;
    socket.pause();
  }

  @Override
  public void handlers(
      Handler<Buffer> bytes, Handler<ProtocolException> broken, Handler<Void> closed) {
    this.closed = closed;
    socket.handler(
        chunk -> {
          try {
            bytes.handle(chunk);
          } catch (ProtocolException e) {
            broken.handle(e);
          }
        });
    // Not the close handler: that one does not wait for what is still to be read.
    socket.endHandler(v -> ended());
    // The end follows; without a handler each agent that dies would be an error in the log.
    socket.exceptionHandler(e -> {});
  }

  @Override
  public Future<Void> write(Buffer bytes) {
    return socket.write(bytes);
  }

  @Override
  public boolean writeQueueFull() {
    return socket.writeQueueFull();
  }

  @Override
  public void drainHandler(Handler<Void> drained) {
    socket.drainHandler(drained);
  }

  @Override
  public void pause() {
    socket.pause();
  }

  @Override
  public void resume() {
    socket.resume();
  }

  @Override
  public void close() {
    closed = v -> {};
    socket.handler(null);
    Future<Void> flushed = socket.close();
    if (!flushed.isComplete()) {
      // It waits until everything is written, for ever when nobody reads at the other end.
      long timer = vertx.setTimer(LAST_WORDS_MS, id -> cut());
      flushed.onComplete(v -> vertx.cancelTimer(timer));
    }
  }

  @Override
  public String diagnostics() {
    return "";
  }

  private void cut() {
    ((NetSocketInternal) socket).channelHandlerContext().channel().close();
  }

  private void ended() {
    Handler<Void> handler = closed;
    closed = v -> {};
    handler.handle(null);
  }
}

package ai.bharatbuild.sandbox.docker;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;

/**
 * A connection to the agent of a sandbox that carries its frames both ways, however it gets there.
 * It starts paused and is used on one context.
 */
interface AgentStream {
  /**
   * Sets who reads the agent's frames, cut anywhere.
   *
   * @param bytes may throw {@link ProtocolException}, which then goes to {@code broken}
   * @param broken what came is not of the protocol; the stream is still open
   * @param closed called once, after the last bytes, unless {@link #close} came first
   */
  void handlers(Handler<Buffer> bytes, Handler<ProtocolException> broken, Handler<Void> closed);

  Future<Void> write(Buffer bytes);

  boolean writeQueueFull();

  void drainHandler(Handler<Void> drained);

  void pause();

  void resume();

  /** Ends the connection in both directions, after what was written. */
  void close();

  /** What the way to the agent had to say beside its frames; empty when that is nothing. */
  String diagnostics();
}

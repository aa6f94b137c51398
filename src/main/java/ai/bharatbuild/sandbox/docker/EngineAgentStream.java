package ai.bharatbuild.sandbox.docker;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;

/** The agent's frames over an exec of the engine: its standard input and output. */
final class EngineAgentStream implements AgentStream {
  private static final int MAX_DIAGNOSTICS = 2_048;

  private final EngineStream stream;
  private final Buffer diagnostics = Buffer.buffer();

  EngineAgentStream(EngineStream stream) {
    this.stream = stream;
  }

  @Override
  public void handlers(
      Handler<Buffer> bytes, Handler<ProtocolException> broken, Handler<Void> closed) {
    EngineOutput output = new EngineOutput(bytes, this::diagnose);
    stream.handlers(
        chunk -> {
          try {
            output.accept(chunk);
          } catch (ProtocolException e) {
            // An engine that cannot start the agent says why in the place of its frames.
            diagnose(chunk);
            broken.handle(e);
          }
        },
        closed);
  }

  @Override
  public Future<Void> write(Buffer bytes) {
    return stream.write(bytes);
  }

  @Override
  public boolean writeQueueFull() {
    return stream.writeQueueFull();
  }

  @Override
  public void drainHandler(Handler<Void> drained) {
    stream.drainHandler(drained);
  }

  @Override
  public void pause() {
    stream.pause();
  }

  @Override
  public void resume() {
    stream.resume();
  }

  @Override
  public void close() {
    stream.close();
  }

  @Override
  public String diagnostics() {
    return diagnostics.toString();
  }

  /** The agent itself writes nothing to its error output unless it is broken. */
  private void diagnose(Buffer bytes) {
    int room = MAX_DIAGNOSTICS - diagnostics.length();
    diagnostics.appendBuffer(bytes, 0, Math.min(room, bytes.length()));
  }
}

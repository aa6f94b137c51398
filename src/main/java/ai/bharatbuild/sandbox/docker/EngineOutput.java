package ai.bharatbuild.sandbox.docker;

import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;

/**
 * Separates the two outputs of an exec without a terminal: the engine prefixes each piece with
 * eight bytes, the stream's number first and the length last.
 */
final class EngineOutput implements FrameCutter.Format {
  private static final int HEADER = 8;
  private static final int STDERR = 2;

  private final FrameCutter cutter = new FrameCutter(HEADER, this);
  private final Handler<Buffer> stdout;
  private final Handler<Buffer> stderr;
  private boolean isError;

  EngineOutput(Handler<Buffer> stdout, Handler<Buffer> stderr) {
    this.stdout = stdout;
    this.stderr = stderr;
  }

  void accept(Buffer chunk) {
    cutter.accept(chunk);
  }

  @Override
  public int begin(byte[] header) {
    int length = FrameCutter.bigEndian(header, 4);
    boolean wellFormed = header[0] >= 0 && header[0] <= STDERR && length >= 0;
    if (!wellFormed) {
      throw new ProtocolException("the engine's output is not in frames");
    }
    isError = header[0] == STDERR;
    return length;
  }

  @Override
  public void piece(Buffer bytes) {
    (isError ? stderr : stdout).handle(bytes);
  }

  @Override
  public void end() {}
}

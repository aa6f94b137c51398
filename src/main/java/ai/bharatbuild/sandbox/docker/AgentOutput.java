package ai.bharatbuild.sandbox.docker;

import ai.bharatbuild.sandbox.ExecListener.Stream;
import io.vertx.core.buffer.Buffer;

/** Reads the frames that the agent of a sandbox sends. */
final class AgentOutput implements FrameCutter.Format {
  /** Where the frames go, in their order. */
  interface Sink {
    /** Output of the command, in pieces of any length; slices of what was read. */
    void output(Stream stream, Buffer bytes);

    /** A whole frame of another type. */
    void control(char type, Buffer payload);
  }

  private final FrameCutter cutter = new FrameCutter(AgentFrames.HEADER, this);
  private final Sink sink;
  private char type;
  private Buffer collected;

  AgentOutput(Sink sink) {
    this.sink = sink;
  }

  /**
   * @throws ProtocolException when the agent breaks the protocol; nothing more can be read then
   */
  void accept(Buffer bytes) {
    cutter.accept(bytes);
  }

  @Override
  public int begin(byte[] header) {
    type = (char) (header[0] & 0xff);
    int length = FrameCutter.bigEndian(header, 1);
    if ("12RWEX".indexOf(type) < 0) {
      throw new ProtocolException("unknown frame type " + (int) type);
    }
    if (length < 0 || length > AgentFrames.MAX_PAYLOAD) {
      throw new ProtocolException("frame of " + Integer.toUnsignedString(length) + " bytes");
    }
    collected = isOutput() ? null : Buffer.buffer(length);
    return length;
  }

  @Override
  public void piece(Buffer bytes) {
    if (isOutput()) {
      sink.output(type == '1' ? Stream.STDOUT : Stream.STDERR, bytes);
    } else {
      collected.appendBuffer(bytes);
    }
  }

  @Override
  public void end() {
    if (!isOutput()) {
      sink.control(type, collected);
    }
  }

  private boolean isOutput() {
    return type == '1' || type == '2';
  }
}

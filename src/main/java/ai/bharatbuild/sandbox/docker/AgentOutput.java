package ai.bharatbuild.sandbox.docker;

import ai.bharatbuild.sandbox.ExecListener.Stream;
import io.vertx.core.buffer.Buffer;

/**
 * Reads the frames that the agent of a sandbox sends, and hands on each as a whole. At most one
 * frame, of 64 KiB, is held.
 */
final class AgentOutput implements FrameCutter.Format {
  /** The longest frames that say something; all but output is short. */
  static final int MAX_CONTROL = 8_192;

  /** Where the frames go, in their order. */
  interface Sink {
    /** The payload of one frame of the command's output; not empty. */
    void output(Stream stream, Buffer bytes);

    /** A frame of another type. */
    void control(char type, Buffer payload);
  }

  private final FrameCutter cutter = new FrameCutter(AgentFrames.HEADER, this);
  private final Sink sink;
  private char type;
  private int length;
  private Buffer payload;

  AgentOutput(Sink sink) {
    this.sink = sink;
  }

  /**
   * @throws ProtocolException when the agent breaks the protocol; nothing more can be read then
   */
  void accept(Buffer bytes) {
    cutter.accept(bytes);
  }

  /** Whether the last frame is not complete yet. */
  boolean inFrame() {
    return cutter.inFrame();
  }

  @Override
  public int begin(byte[] header) {
    type = (char) (header[0] & 0xff);
    length = FrameCutter.bigEndian(header, 1);
    if ("12RWEX".indexOf(type) < 0) {
      throw new ProtocolException("unknown frame type " + (int) type);
    }
    if (length < 0 || length > (isOutput() ? AgentFrames.MAX_PAYLOAD : MAX_CONTROL)) {
      throw new ProtocolException("frame of " + Integer.toUnsignedString(length) + " bytes");
    }
    if (isOutput() && length == 0) {
      throw new ProtocolException("an empty piece of output");
    }
    payload = null;
    return length;
  }

  @Override
  public void piece(Buffer bytes) {
    if (bytes.length() == length) {
      payload = bytes;
    } else {
      payload = payload == null ? Buffer.buffer(length) : payload;
      payload.appendBuffer(bytes);
    }
  }

  @Override
  public void end() {
    Buffer whole = payload == null ? Buffer.buffer() : payload;
    payload = null;
    if (isOutput()) {
      sink.output(type == '1' ? Stream.STDOUT : Stream.STDERR, whole);
    } else {
      sink.control(type, whole);
    }
  }

  private boolean isOutput() {
    return type == '1' || type == '2';
  }
}

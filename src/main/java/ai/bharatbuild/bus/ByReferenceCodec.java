package ai.bharatbuild.bus;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageCodec;

/** Hands immutable records over inside one process. Refuses to put them on a wire. */
final class ByReferenceCodec implements MessageCodec<Object, Object> {
  static final String NAME = "bharatbuild.record";

  @Override
  public void encodeToWire(Buffer buffer, Object message) {
    throw new UnsupportedWire(message);
  }

  @Override
  public Object decodeFromWire(int position, Buffer buffer) {
    throw new UnsupportedWire(null);
  }

  @Override
  public Object transform(Object message) {
    return message;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public byte systemCodecID() {
    return -1;
  }

  private static final class UnsupportedWire extends IllegalStateException {
    private static final long serialVersionUID = 1;

    UnsupportedWire(Object message) {
      super(
          "messages stay within one process; "
              + (message == null ? "received one from a wire" : message.getClass().getName()));
    }
  }
}

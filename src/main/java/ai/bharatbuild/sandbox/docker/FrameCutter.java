package ai.bharatbuild.sandbox.docker;

import io.vertx.core.buffer.Buffer;

/**
 * Cuts a stream of length-prefixed frames, however it was split on the way. Payloads are handed on
 * as they come, as slices of what was read: nothing is copied or collected here.
 */
final class FrameCutter {
  /** What the frames look like and where they go. */
  interface Format {
    /** A header is complete; gives the number of payload bytes that follow. */
    int begin(byte[] header);

    /** Some bytes of the payload, at least one. */
    void piece(Buffer bytes);

    /** The payload is complete. */
    void end();
  }

  private final Format format;
  private final byte[] header;
  private int headerFilled;
  private int left;

  FrameCutter(int headerLength, Format format) {
    this.header = new byte[headerLength];
    this.format = format;
  }

  void accept(Buffer chunk) {
    int at = 0;
    while (at < chunk.length()) {
      at = headerFilled < header.length ? takeHeader(chunk, at) : takePayload(chunk, at);
    }
  }

  /** Whether a frame has begun and is not complete. */
  boolean inFrame() {
    return headerFilled > 0;
  }

  private int takeHeader(Buffer chunk, int at) {
    int end = Math.min(chunk.length(), at + header.length - headerFilled);
    chunk.getBytes(at, end, header, headerFilled);
    headerFilled += end - at;
    if (headerFilled == header.length) {
      left = format.begin(header);
      finishIfWhole();
    }
    return end;
  }

  private int takePayload(Buffer chunk, int at) {
    int end = (int) Math.min(chunk.length(), (long) at + left);
    boolean all = at == 0 && end == chunk.length();
    left -= end - at;
    format.piece(all ? chunk : chunk.slice(at, end));
    finishIfWhole();
    return end;
  }

  private void finishIfWhole() {
    if (left == 0) {
      headerFilled = 0;
      format.end();
    }
  }

  static int bigEndian(byte[] bytes, int at) {
    return (bytes[at] & 0xff) << 24
        | (bytes[at + 1] & 0xff) << 16
        | (bytes[at + 2] & 0xff) << 8
        | bytes[at + 3] & 0xff;
  }
}

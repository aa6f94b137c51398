package ai.bharatbuild.sandbox;

import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.util.function.Consumer;

/** Cuts output into lines of bounded length. */
final class LineCutter {
  private final int maxBytes;
  private final Consumer<byte[]> line;
  private final Runnable tooLong;
  private final ByteArrayOutputStream begun = new ByteArrayOutputStream();
  private boolean skipping;

  /**
   * @param tooLong called in place of a line that has more bytes
   */
  LineCutter(int maxBytes, Consumer<byte[]> line, Runnable tooLong) {
    this.maxBytes = maxBytes;
    this.line = line;
    this.tooLong = tooLong;
  }

  void accept(Buffer piece) {
    byte[] bytes = piece.getBytes();
    int start = 0;
    for (int at = 0; at < bytes.length; at++) {
      if (bytes[at] == '\n') {
        gather(bytes, start, at);
        end();
        start = at + 1;
      }
    }
    gather(bytes, start, bytes.length);
  }

  private void gather(byte[] bytes, int from, int to) {
    if (begun.size() + to - from > maxBytes) {
      skipping = true;
      begun.reset();
    }
    if (!skipping) {
      begun.write(bytes, from, to - from);
    }
  }

  private void end() {
    if (skipping) {
      tooLong.run();
    } else {
      line.accept(begun.toByteArray());
    }
    skipping = false;
    begun.reset();
  }
}

package ai.bharatbuild.agents.llm.wire;

import ai.bharatbuild.agents.llm.ModelException;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;

/**
 * Cuts server-sent events out of pieces of bytes, however they are cut. Lines end with CR, LF or
 * both; comments, ids and retry times are skipped. What one event may take is bounded.
 */
final class SseParser {
  /** Takes events. */
  interface Sink {
    /**
     * @param name null where the event has none
     */
    void event(String name, String data);
  }

  private static final char BOM = '\uFEFF';

  private final int maxBytes;
  private Buffer line = Buffer.buffer();
  private String name;
  private StringBuilder data;
  private boolean afterCr;
  private boolean firstLine = true;

  /**
   * @param maxBytes of one event
   */
  SseParser(int maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** Throws {@link ModelException} when an event is too long. */
  void feed(Buffer piece, Sink sink) {
    int begin = 0;
    for (int at = 0; at < piece.length(); at++) {
      byte octet = piece.getByte(at);
      boolean lf = octet == '\n';
      if (lf && afterCr && at == begin) {
        begin = at + 1;
      } else if (lf || octet == '\r') {
        append(piece, begin, at);
        begin = at + 1;
        line(sink);
      }
      afterCr = octet == '\r';
    }
    append(piece, begin, piece.length());
  }

  private void append(Buffer piece, int from, int to) {
    int held = data == null ? 0 : data.length();
    if (held + (long) line.length() + to - from > maxBytes) {
      throw new ModelException(
          ModelException.Kind.MALFORMED,
          false,
          null,
          null,
          "The answer has an event of more than " + maxBytes + " bytes.");
    }
    line.appendBuffer(piece, from, to - from);
  }

  private void line(Sink sink) {
    String text = line.toString(StandardCharsets.UTF_8);
    line = Buffer.buffer();
    if (firstLine && !text.isEmpty() && text.charAt(0) == BOM) {
      text = text.substring(1);
    }
    firstLine = false;
    if (text.isEmpty()) {
      dispatch(sink);
      return;
    }
    int colon = text.indexOf(':');
    String field = colon < 0 ? text : text.substring(0, colon);
    String value = colon < 0 ? "" : text.substring(colon + 1);
    value = value.startsWith(" ") ? value.substring(1) : value;
    if (field.equals("event")) {
      name = value;
    } else if (field.equals("data")) {
      data = data == null ? new StringBuilder() : data.append('\n');
      data.append(value);
    }
  }

  private void dispatch(Sink sink) {
    String complete = data == null ? null : data.toString();
    String called = name;
    data = null;
    name = null;
    if (complete != null) {
      sink.event(called, complete);
    }
  }
}

package ai.bharatbuild.log;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.Base64;

/**
 * Makes events from the bytes of one stream of a command: {@code {"type":"stdout","data":"…"}}.
 * Characters that are split between writes are joined. What is UTF-8 stays text; the pieces that
 * are not become events with {@code "encoding":"base64"}. The data of all events of a stream, one
 * after another, is exactly what was written. Not thread-safe.
 */
public final class OutputEncoder {
  /** Raw bytes of one event at most. */
  public static final int MAX_RAW = 32 << 10;

  /**
   * Valid bytes in a row that end a binary piece. Random bytes are full of short texts, which would
   * make an event each.
   */
  private static final int TEXT_RUN = 32;

  private static final byte[] NOTHING = {};
  private static final byte[] END = "\"}".getBytes(UTF_8);
  private static final byte[] END_BASE64 = "\",\"encoding\":\"base64\"}".getBytes(UTF_8);

  private final byte[] start;
  private final Sink sink;
  private final JsonText json = new JsonText();
  private byte[] input = new byte[512];
  private int held;

  /**
   * @param type the events' type, such as {@code stdout}
   */
  public OutputEncoder(String type, Sink sink) {
    this(new JsonObject().put("type", type), sink);
  }

  /** Adds the member {@code exec_id} to each event, for logs that hold several execs. */
  public OutputEncoder(String type, String execId, Sink sink) {
    this(new JsonObject().put("type", type).put("exec_id", execId), sink);
  }

  private OutputEncoder(JsonObject members, Sink sink) {
    String object = members.encode();
    this.start = (object.substring(0, object.length() - 1) + ",\"data\":\"").getBytes(UTF_8);
    this.sink = sink;
  }

  /** Takes bytes as they come and gives their events to the sink before it returns. */
  public void write(Buffer bytes) {
    ByteBuf raw = ((BufferInternal) bytes).getByteBuf();
    int from = 0;
    while (from < bytes.length()) {
      int taken = Math.min(bytes.length() - from, MAX_RAW - held);
      if (held == 0 && raw.hasArray()) {
        int at = raw.arrayOffset() + from;
        encode(raw.array(), at, at + taken, false);
      } else {
        collect(bytes, from, from + taken);
        encode(input, 0, held + taken, false);
      }
      from += taken;
    }
  }

  /** Puts bytes after those that are held. */
  private void collect(Buffer bytes, int from, int to) {
    int length = held + to - from;
    if (input.length < length) {
      input = Arrays.copyOf(input, Math.max(length, Math.min(MAX_RAW, input.length * 4)));
    }
    bytes.getBytes(from, to, input, held);
  }

  /** The at most three bytes that are held back as the beginning of a character. */
  public byte[] held() {
    return held == 0 ? NOTHING : Arrays.copyOf(input, held);
  }

  /** Goes on where another encoder was, which had held these bytes back. */
  public void restore(byte[] bytes) {
    System.arraycopy(bytes, 0, input, 0, bytes.length);
    held = bytes.length;
  }

  /** Gives out the at most three bytes that were held back as the beginning of a character. */
  public void flush() {
    encode(input, 0, held, true);
  }

  private void encode(byte[] data, int from, int end, boolean last) {
    int at = from;
    held = 0;
    while (at < end) {
      at = text(data, at, end);
      if (at == end) {
        return;
      }
      if (!last && Utf8.sequence(data, at, end) == Utf8.UNFINISHED) {
        held = end - at;
        System.arraycopy(data, at, input, 0, held);
        return;
      }
      at = binary(data, at, end, last);
    }
  }

  private int text(byte[] data, int from, int end) {
    json.clear();
    json.add(start);
    int to = json.addText(data, from, end);
    if (to > from) {
      json.add(END);
      sink.event(json.bytes(), 0, json.length(), to - from);
    }
    return to;
  }

  private int binary(byte[] data, int from, int end, boolean last) {
    int to = endOfBinary(data, from, end, last);
    json.clear();
    json.add(start);
    json.add(Base64.getEncoder().encode(Arrays.copyOfRange(data, from, to)));
    json.add(END_BASE64);
    sink.event(json.bytes(), 0, json.length(), to - from);
    return to;
  }

  private static int endOfBinary(byte[] data, int from, int end, boolean last) {
    int textFrom = -1;
    int at = from + 1;
    while (at < end) {
      int sequence = Utf8.sequence(data, at, end);
      if (sequence > 0) {
        textFrom = textFrom < 0 ? at : textFrom;
        at += sequence;
        if (at - textFrom >= TEXT_RUN) {
          return textFrom;
        }
      } else if (sequence == Utf8.UNFINISHED && !last) {
        return textFrom < 0 ? at : textFrom;
      } else {
        textFrom = -1;
        at++;
      }
    }
    return textFrom < 0 ? end : textFrom;
  }

  /** Takes an event: JSON in a range of an array that is used again, and its raw bytes. */
  @FunctionalInterface
  public interface Sink {
    void event(byte[] json, int offset, int length, int rawBytes);
  }
}

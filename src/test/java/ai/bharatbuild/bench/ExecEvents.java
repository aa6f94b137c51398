package ai.bharatbuild.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * Reads an exec's event stream. Output is counted without making objects of it, eight bytes at a
 * time, because the reader must be much faster than what it measures. Not for several threads.
 */
final class ExecEvents {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String DATA = "data: ";
  private static final byte[] STDOUT =
      "data: {\"type\":\"stdout\",\"data\":\"".getBytes(StandardCharsets.US_ASCII);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101010101010101L;
  private static final long TOPS = 0x8080808080808080L;
  private static final long QUOTES = ONES * '"';
  private static final long BACKSLASHES = ONES * '\\';

  private final InputStream stream;
  private final byte[] buffer = new byte[256 << 10];
  private int position;
  private int limit;
  private long arrival;

  ExecEvents(InputStream stream) {
    this.stream = stream;
  }

  /**
   * @param outputBytes bytes of standard output, as the command wrote them
   * @param json null where the event is output that was only counted
   * @param arrival {@link System#nanoTime()} when the last of its bytes was there
   */
  record Event(String type, long outputBytes, JsonNode json, long arrival) {}

  /** The next event; null at the end of the stream. */
  Event next() throws IOException {
    while (true) {
      byte[] head = new byte[STDOUT.length];
      int length = 0;
      int b = read();
      if (b < 0) {
        return null;
      }
      while (b != '\n' && length < head.length && b == STDOUT[length]) {
        head[length++] = (byte) b;
        if (length == STDOUT.length) {
          return output();
        }
        b = required();
      }
      StringBuilder line =
          new StringBuilder(new String(head, 0, length, StandardCharsets.ISO_8859_1));
      for (; b != '\n'; b = required()) {
        line.append((char) b);
      }
      if (line.toString().startsWith(DATA)) {
        return parse(line.substring(DATA.length()));
      }
    }
  }

  private Event output() throws IOException {
    long bytes = string();
    StringBuilder rest = new StringBuilder();
    for (int b = required(); b != '\n'; b = required()) {
      rest.append((char) b);
    }
    if (!rest.toString().equals("}")) {
      throw new BenchFailure("output with unexpected members: " + rest);
    }
    return new Event("stdout", bytes, null, arrival);
  }

  private Event parse(String latin1) throws IOException {
    JsonNode json = JSON.readTree(latin1.getBytes(StandardCharsets.ISO_8859_1));
    String type = json.path("type").asText();
    long bytes = 0;
    if (type.equals("stdout")) {
      String data = json.path("data").asText();
      bytes =
          json.path("encoding").asText().equals("base64")
              ? Base64.getDecoder().decode(data).length
              : data.getBytes(StandardCharsets.UTF_8).length;
    }
    return new Event(type, bytes, json, arrival);
  }

  /** Counts the bytes that a JSON string stands for, up to its closing quote; ASCII only. */
  private long string() throws IOException {
    long count = 0;
    while (true) {
      int begin = position;
      skipPlain();
      count += position - begin;
      int b = required();
      if (b == '"') {
        return count;
      }
      if (b == '\\' && required() == 'u') {
        for (int i = 0; i < 4; i++) {
          required();
        }
      }
      count++;
    }
  }

  private void skipPlain() {
    while (position + Long.BYTES <= limit) {
      long word = (long) LONG.get(buffer, position);
      if (((zeroByte(word ^ QUOTES)) | zeroByte(word ^ BACKSLASHES)) != 0) {
        return;
      }
      position += Long.BYTES;
    }
  }

  private static long zeroByte(long word) {
    return (word - ONES) & ~word & TOPS;
  }

  private int required() throws IOException {
    int b = read();
    if (b < 0) {
      throw new EOFException("the event stream broke off");
    }
    return b;
  }

  private int read() throws IOException {
    if (position == limit) {
      limit = stream.read(buffer, 0, buffer.length);
      arrival = System.nanoTime();
      position = 0;
      if (limit <= 0) {
        limit = 0;
        return -1;
      }
    }
    return buffer[position++] & 0xff;
  }
}

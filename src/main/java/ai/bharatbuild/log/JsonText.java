package ai.bharatbuild.log;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/** A growing array of JSON that UTF-8 text is copied into in runs. Reused from event to event. */
final class JsonText {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final long ONES = 0x0101010101010101L;
  private static final long HIGH = 0x8080808080808080L;
  private static final byte[] HEX = "0123456789abcdef".getBytes(US_ASCII);

  private byte[] bytes = new byte[256];
  private int length;

  byte[] bytes() {
    return bytes;
  }

  int length() {
    return length;
  }

  void clear() {
    length = 0;
  }

  void add(byte[] source, int from, int to) {
    room(to - from);
    System.arraycopy(source, from, bytes, length, to - from);
    length += to - from;
  }

  void add(byte[] source) {
    add(source, 0, source.length);
  }

  /**
   * Adds text, escaped, as far as it is UTF-8, and gives where it stops: {@code end}, the first
   * byte that is no UTF-8, or the beginning of a sequence that {@code end} cuts off.
   */
  int addText(byte[] source, int from, int end) {
    int run = from;
    int at = from;
    while (true) {
      at = plain(source, at, end);
      if (at == end) {
        break;
      }
      byte b = source[at];
      if (b < 0) {
        int sequence = Utf8.sequence(source, at, end);
        if (sequence <= 0) {
          break;
        }
        at += sequence;
      } else if (b < ' ' || b == '"' || b == '\\') {
        add(source, run, at);
        escape(b);
        run = ++at;
      } else {
        at++;
      }
    }
    add(source, run, at);
    return at;
  }

  /** Skips eight bytes at a time while none of them needs a closer look. */
  private static int plain(byte[] source, int from, int end) {
    int at = from;
    while (end - at >= Long.BYTES) {
      long word = (long) LONGS.get(source, at);
      long special = below(word, ' ') | zero(word ^ ONES * '"') | zero(word ^ ONES * '\\') | word;
      special &= HIGH;
      if (special != 0) {
        // Borrows only ever mark bytes after the first marked one, so the first is always right.
        return at + (Long.numberOfTrailingZeros(special) >>> 3);
      }
      at += Long.BYTES;
    }
    return at;
  }

  private static long below(long word, int limit) {
    return (word - ONES * limit) & ~word;
  }

  private static long zero(long word) {
    return (word - ONES) & ~word;
  }

  private void escape(byte b) {
    room(6);
    bytes[length++] = '\\';
    switch (b) {
      case '\n' -> bytes[length++] = 'n';
      case '\r' -> bytes[length++] = 'r';
      case '\t' -> bytes[length++] = 't';
      case '"', '\\' -> bytes[length++] = b;
      default -> {
        bytes[length++] = 'u';
        bytes[length++] = '0';
        bytes[length++] = '0';
        bytes[length++] = HEX[b >> 4];
        bytes[length++] = HEX[b & 15];
      }
    }
  }

  private void room(int more) {
    if (bytes.length - length < more) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
    }
  }
}

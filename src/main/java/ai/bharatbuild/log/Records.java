package ai.bharatbuild.log;

import static java.nio.charset.StandardCharsets.US_ASCII;

/**
 * The form of a record, on the wire and on disk: {@code id: N\ndata: JSON\n\n}. JSON holds no raw
 * line break, so two of them in a row are always the end of a record.
 */
final class Records {
  private static final byte[] ID = "id: ".getBytes(US_ASCII);
  private static final byte[] DATA = "\ndata: ".getBytes(US_ASCII);
  private static final int FIXED = ID.length + DATA.length + 2;

  private Records() {}

  static int length(long id, int jsonLength) {
    return FIXED + digits(id) + jsonLength;
  }

  /** Writes a record at {@code to} and gives its end. */
  static int write(byte[] target, int to, long id, byte[] json, int offset, int length) {
    System.arraycopy(ID, 0, target, to, ID.length);
    int digits = digits(id);
    int at = to + ID.length + digits;
    long rest = id;
    for (int i = at - 1; i >= at - digits; i--) {
      target[i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    System.arraycopy(DATA, 0, target, at, DATA.length);
    at += DATA.length;
    System.arraycopy(json, offset, target, at, length);
    at += length;
    target[at] = '\n';
    target[at + 1] = '\n';
    return at + 2;
  }

  /**
   * The record that stands for the events {@code from} to {@code to}, which are no longer kept. Its
   * id is the last one missed, so that a client which resumes after it is told once only.
   *
   * @param bytes raw bytes missed, or -1 when that is no longer known
   */
  static byte[] gap(long from, long to, long bytes) {
    String json =
        "{\"type\":\"gap\",\"data\":{\"from\":%d,\"to\":%d,\"bytes\":%s}}"
            .formatted(from, to, bytes < 0 ? "null" : Long.toString(bytes));
    byte[] data = json.getBytes(US_ASCII);
    byte[] record = new byte[length(to, data.length)];
    write(record, 0, to, data, 0, data.length);
    return record;
  }

  /** End of the first whole record in the range, or -1. */
  static int firstEnd(byte[] data, int from, int to) {
    for (int i = from + 1; i < to; i++) {
      if (data[i] == '\n' && data[i - 1] == '\n') {
        return i + 1;
      }
    }
    return -1;
  }

  /** End of the last whole record in the range, or -1. */
  static int lastEnd(byte[] data, int from, int to) {
    for (int i = to - 1; i > from; i--) {
      if (data[i] == '\n' && data[i - 1] == '\n') {
        return i + 1;
      }
    }
    return -1;
  }

  /** Id of the last record of a range of whole records. */
  static long lastId(byte[] data, int from, int to) {
    int before = lastEnd(data, from, to - 2);
    return idAt(data, before < 0 ? from : before, to);
  }

  /** Id of the record that begins at {@code from}, or -1 when none does. */
  static long idAt(byte[] data, int from, int to) {
    if (!matches(ID, data, from, to)) {
      return -1;
    }
    long id = 0;
    int at = from + ID.length;
    while (at < to && data[at] >= '0' && data[at] <= '9' && at - from < ID.length + 19) {
      id = id * 10 + data[at++] - '0';
    }
    return id > 0 && matches(DATA, data, at, to) ? id : -1;
  }

  private static boolean matches(byte[] expected, byte[] data, int from, int to) {
    if (to - from < expected.length) {
      return false;
    }
    for (int i = 0; i < expected.length; i++) {
      if (data[from + i] != expected[i]) {
        return false;
      }
    }
    return true;
  }

  private static int digits(long id) {
    int digits = 1;
    for (long rest = id; rest >= 10; rest /= 10) {
      digits++;
    }
    return digits;
  }
}

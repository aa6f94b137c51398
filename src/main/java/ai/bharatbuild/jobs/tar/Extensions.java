package ai.bharatbuild.jobs.tar;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** What pax headers and GNU long names say about the entry that follows them. */
final class Extensions {
  private static final int MAX_DIGITS = 40;

  String path;
  Long size;
  Long modifiedNanos;

  /** Takes the content of a header of that type. */
  void add(char type, byte[] content) {
    switch (type) {
      case 'L' -> path = text(content, endOfText(content), "a long name");
      case 'x' -> records(content);
      default -> {
        // A link's target belongs to an entry that is refused; global headers say nothing of names.
      }
    }
  }

  private static int endOfText(byte[] content) {
    int end = 0;
    while (end < content.length && content[end] != 0) {
      end++;
    }
    return end;
  }

  private static String text(byte[] bytes, int length, String what) {
    return text(bytes, 0, length, what);
  }

  static String text(byte[] bytes, int from, int length, String what) {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(bytes, from, length))
          .toString();
    } catch (CharacterCodingException e) {
      throw BadArchive.entry(
          new String(bytes, from, length, StandardCharsets.UTF_8),
          "has " + what + " that is not UTF-8");
    }
  }

  /** Records are {@code length key=value\n}; the length counts all of it. */
  private void records(byte[] content) {
    int at = 0;
    while (at < content.length) {
      int space = at;
      int length = 0;
      while (space < content.length && content[space] >= '0' && content[space] <= '9') {
        length = Math.min(content.length + 1, length * 10 + content[space] - '0');
        space++;
      }
      int end = at + length;
      boolean sound =
          space > at
              && space < content.length
              && content[space] == ' '
              && end > space + 1
              && end <= content.length
              && content[end - 1] == '\n';
      int equals = space + 1;
      while (sound && equals < end && content[equals] != '=') {
        equals++;
      }
      if (!sound || equals == end) {
        throw BadArchive.whole("has a broken extended header");
      }
      String key = text(content, space + 1, equals - space - 1, "an attribute");
      set(key, content, equals + 1, end - 1);
      at = end;
    }
  }

  private void set(String key, byte[] content, int from, int to) {
    if (key.startsWith("GNU.sparse.") || key.equals("SCHILY.realsize")) {
      throw BadArchive.whole("has a sparse file; make it without --sparse");
    }
    switch (key) {
      case "path" -> path = text(content, from, to - from, "a name");
      case "size" -> {
        size = number(content, from, to).min(BigDecimal.valueOf(Long.MAX_VALUE)).longValue();
        if (size < 0) {
          throw BadArchive.whole("has a file of negative size");
        }
      }
      case "mtime" -> modifiedNanos = TarHeader.nanos(number(content, from, to));
      default -> {
        // Owners, comments and extended attributes are nothing to a workspace.
      }
    }
  }

  private static BigDecimal number(byte[] content, int from, int to) {
    String text = text(content, from, to - from, "a number");
    try {
      if (text.length() <= MAX_DIGITS && text.indexOf('e') < 0 && text.indexOf('E') < 0) {
        return new BigDecimal(text);
      }
    } catch (NumberFormatException e) {
      // Told below.
    }
    throw BadArchive.whole("has an extended header with a broken number");
  }
}

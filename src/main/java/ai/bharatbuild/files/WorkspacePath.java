package ai.bharatbuild.files;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;

/**
 * A path inside a workspace that follows the rules of the API: relative, {@code /} between
 * segments, at most 500 code points, segments of at most 255 bytes of UTF-8, kept byte for byte. A
 * value of this type holds no {@code ..}, no empty segment, no control character and no backslash,
 * and does not name the reserved file; whether links lie on its way only opening it can tell.
 */
public final class WorkspacePath {
  public static final int MAX_CODE_POINTS = 500;
  public static final int MAX_SEGMENT_BYTES = 255;

  /** The informational copy of a job's record; callers may neither read nor write it. */
  public static final String RESERVED = ".job_metadata.json";

  /** Order by the bytes of UTF-8, which is the order of code points. */
  public static final Comparator<String> BYTE_ORDER = WorkspacePath::compareCodePoints;

  private static final WorkspacePath ROOT = new WorkspacePath("", new byte[0], 0);

  private final String text;
  private final byte[] bytes;

  /** Where the last segment starts in {@link #bytes}. */
  private final int nameAt;

  private WorkspacePath(String text, byte[] bytes, int nameAt) {
    this.text = text;
    this.bytes = bytes;
    this.nameAt = nameAt;
  }

  /** The workspace's own directory, which no caller can name. */
  public static WorkspacePath root() {
    return ROOT;
  }

  /** The path of the reserved file, for its writer. */
  public static WorkspacePath reserved() {
    return new WorkspacePath(RESERVED, RESERVED.getBytes(StandardCharsets.US_ASCII), 0);
  }

  /**
   * @throws FileFailure of kind INVALID_PATH with a reason fit for the caller
   */
  public static WorkspacePath parse(String text) {
    if (text == null || text.isEmpty()) {
      throw invalid("The path is empty.");
    }
    if (text.length() > MAX_CODE_POINTS
        && text.codePointCount(0, text.length()) > MAX_CODE_POINTS) {
      throw invalid("The path is longer than " + MAX_CODE_POINTS + " characters.");
    }
    if (text.charAt(0) == '/') {
      throw invalid("The path is absolute.");
    }
    if (text.charAt(text.length() - 1) == '/') {
      throw invalid("The path ends in a slash.");
    }
    checkCharacters(text);
    byte[] bytes = encode(text);
    int nameAt = checkSegments(bytes);
    if (text.startsWith(RESERVED)
        && (text.length() == RESERVED.length() || text.charAt(RESERVED.length()) == '/')) {
      throw invalid("The name " + RESERVED + " is reserved.");
    }
    return new WorkspacePath(text, bytes, nameAt);
  }

  /** Whether a name found on disk could be a segment of a path. */
  static boolean isNameable(String name) {
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c == '\\' || Character.isISOControl(c)) {
        return false;
      }
    }
    return true;
  }

  private static void checkCharacters(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == 0) {
        throw invalid("The path contains a NUL character.");
      }
      if (c == '\\') {
        throw invalid("The path contains a backslash.");
      }
      if (Character.isISOControl(c)) {
        throw invalid("The path contains a control character.");
      }
    }
  }

  private static byte[] encode(String text) {
    try {
      ByteBuffer encoded =
          StandardCharsets.UTF_8
              .newEncoder()
              .onMalformedInput(CodingErrorAction.REPORT)
              .encode(CharBuffer.wrap(text));
      return Arrays.copyOf(encoded.array(), encoded.limit());
    } catch (CharacterCodingException e) {
      throw invalid("The path is not valid Unicode.");
    }
  }

  private static int checkSegments(byte[] bytes) {
    int start = 0;
    for (int end = 0; end <= bytes.length; end++) {
      if (end < bytes.length && bytes[end] != '/') {
        continue;
      }
      int length = end - start;
      if (length == 0) {
        throw invalid("The path contains an empty segment.");
      }
      if (length <= 2 && bytes[start] == '.' && bytes[end - 1] == '.') {
        throw invalid("Path traversal detected: '.' and '..' are not allowed.");
      }
      if (length > MAX_SEGMENT_BYTES) {
        throw invalid("A segment of the path is longer than " + MAX_SEGMENT_BYTES + " bytes.");
      }
      if (end < bytes.length) {
        start = end + 1;
      }
    }
    return start;
  }

  private static FileFailure invalid(String reason) {
    return new FileFailure(FileFailure.Kind.INVALID_PATH, reason);
  }

  private static int compareCodePoints(String a, String b) {
    int common = Math.min(a.length(), b.length());
    for (int i = 0; i < common; i++) {
      char x = a.charAt(i);
      char y = b.charAt(i);
      if (x != y) {
        // Surrogates stand for code points above U+FFFF, yet are smaller than U+E000 as units.
        boolean xs = Character.isSurrogate(x);
        boolean ys = Character.isSurrogate(y);
        return xs == ys ? Character.compare(x, y) : xs ? 1 : -1;
      }
    }
    return Integer.compare(a.length(), b.length());
  }

  public boolean isRoot() {
    return bytes.length == 0;
  }

  /** The last segment. */
  public String name() {
    return text.substring(text.lastIndexOf('/') + 1);
  }

  /** Whether this path lies below the other, or is the same. */
  public boolean isWithin(WorkspacePath other) {
    return other.isRoot()
        || text.equals(other.text)
        || (text.startsWith(other.text) && text.charAt(other.text.length()) == '/');
  }

  byte[] bytes() {
    return bytes;
  }

  byte[] nameBytes() {
    return Arrays.copyOfRange(bytes, nameAt, bytes.length);
  }

  boolean hasParent() {
    return nameAt > 0;
  }

  byte[] parentBytes() {
    return Arrays.copyOf(bytes, nameAt - 1);
  }

  @Override
  public String toString() {
    return text;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof WorkspacePath that && text.equals(that.text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }
}

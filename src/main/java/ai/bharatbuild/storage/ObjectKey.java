package ai.bharatbuild.storage;

import java.util.regex.Pattern;

/**
 * The form of keys: segments of letters, digits, {@code . _ -} joined by single slashes, at most
 * 512 characters, no segment beginning with a dot. So each is also a safe path of a file. No key
 * may be the beginning of another one's path: where {@code a} is, {@code a/b} cannot be.
 */
public final class ObjectKey {
  private static final int MOST = 512;
  private static final int MOST_OF_SEGMENT = 200;
  private static final Pattern FORM =
      Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*");
  private static final Pattern PREFIX =
      Pattern.compile("([A-Za-z0-9_-][A-Za-z0-9._-]*/)*([A-Za-z0-9_-][A-Za-z0-9._-]*)?");
  private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");

  private ObjectKey() {}

  /** Gives the key back, or throws when it has not the form. */
  public static String check(String key) {
    if (key == null || key.length() > MOST || !FORM.matcher(key).matches() || longSegment(key)) {
      throw new IllegalArgumentException("not a key of an object: " + key);
    }
    return key;
  }

  /** Gives a beginning of keys back, or throws when no key can begin so. */
  public static String checkPrefix(String prefix) {
    if (prefix == null || prefix.length() > MOST || !PREFIX.matcher(prefix).matches()) {
      throw new IllegalArgumentException("not the beginning of a key: " + prefix);
    }
    return prefix;
  }

  /**
   * The key of content by its SHA-256 in hexadecimal, spread over 256 directories below a prefix.
   */
  public static String ofHash(String prefix, String sha256) {
    if (!HASH.matcher(sha256).matches()) {
      throw new IllegalArgumentException("not a SHA-256 in hexadecimal: " + sha256);
    }
    return check(prefix + '/' + sha256.substring(0, 2) + '/' + sha256);
  }

  private static boolean longSegment(String key) {
    int begin = 0;
    for (int i = 0; i <= key.length(); i++) {
      if (i == key.length() || key.charAt(i) == '/') {
        if (i - begin > MOST_OF_SEGMENT) {
          return true;
        }
        begin = i + 1;
      }
    }
    return false;
  }
}

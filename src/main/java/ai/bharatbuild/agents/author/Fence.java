package ai.bharatbuild.agents.author;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Marks what is data in a prompt: contents of files, output of commands. The word in its marks is
 * not in the data, so data can hold no end of itself. The word is made of the data, not of chance:
 * a recorded run then asks the same questions when it is played back.
 */
final class Fence {
  private static final int WORD = 12;

  private Fence() {}

  /**
   * Data with marks around it.
   *
   * @param what it is, such as {@code src/app.js, lines 1 to 20 of 80}
   * @param masked as {@link Masking} left it
   */
  static String around(String what, String masked) {
    String label = Masking.text(what).replaceAll("[\\p{Cc}\\p{Zl}\\p{Zp}]+", " ").strip();
    String word = word(label, masked);
    String end = masked.isEmpty() || masked.endsWith("\n") ? "" : "\n";
    return "[data %s: %s]\n%s%s[end of data %s]".formatted(word, label, masked, end, word);
  }

  private static String word(String label, String data) {
    for (int i = 0; ; i++) {
      String word = hash(i + "\n" + data).substring(0, WORD);
      if (!data.contains(word) && !label.contains(word)) {
        return word;
      }
    }
  }

  private static String hash(String text) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      String digits = new BigInteger(1, hash).toString(Character.MAX_RADIX);
      // Leading zeros are lost in numbers.
      return "0".repeat(WORD).concat(digits).substring(digits.length());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}

package ai.bharatbuild.mail;

import java.util.regex.Pattern;

/**
 * A message to one person. Its text may hold secrets, so it is never shown in a log.
 *
 * @param to an address such as {@code ada@example.org}
 * @param subject one line
 * @param text plain text, lines ended by {@code \n}
 */
public record Mail(String to, String subject, String text) {
  private static final Pattern ADDRESS =
      Pattern.compile(
          "[^\\s\\p{Cntrl}@<>,;:\"()\\[\\]\\\\]+@[^\\s\\p{Cntrl}@<>,;:\"()\\[\\]\\\\]+");
  private static final int MAX_ADDRESS = 254;

  /** Throws where the address or subject could smuggle in headers or other recipients. */
  public Mail {
    if (!isAddress(to)) {
      throw new IllegalArgumentException("not an address");
    }
    if (subject.isBlank() || subject.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException("a subject is one line");
    }
  }

  /** Whether mail can be sent there, as far as the form of the address tells. */
  public static boolean isAddress(String text) {
    return text != null && text.length() <= MAX_ADDRESS && ADDRESS.matcher(text).matches();
  }

  @Override
  public String toString() {
    return "Mail[" + subject + "]";
  }
}

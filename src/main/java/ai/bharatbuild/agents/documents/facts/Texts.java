package ai.bharatbuild.agents.documents.facts;

/** Makes any text fit to stand in a document. */
public final class Texts {
  private static final int REPLACEMENT = 0xFFFD;

  private Texts() {}

  /**
   * The text without what no document can hold or what hides what is written: control characters
   * become spaces, halves of surrogate pairs and non-characters the replacement character, and
   * marks that change the direction of other letters go. Line feeds stay.
   *
   * @param most characters of the result; what is cut off is shown by an ellipsis
   */
  public static String clean(String text, int most) {
    StringBuilder clean = new StringBuilder(Math.min(text.length(), most) + 1);
    for (int at = 0; at < text.length(); ) {
      int c = text.codePointAt(at);
      at += Character.charCount(c);
      if (isDirectionMark(c) || c == '\r' && at < text.length() && text.charAt(at) == '\n') {
        continue;
      }
      int shown = shown(c);
      if (clean.length() + Character.charCount(shown) > most - 1 && at < text.length()) {
        return clean.append('…').toString();
      }
      clean.appendCodePoint(shown);
    }
    return clean.toString();
  }

  /** The same on one line, with single spaces. */
  public static String line(String text, int most) {
    return clean(text.strip().replaceAll("\\s+", " "), most);
  }

  private static int shown(int c) {
    if (c == '\n') {
      return c;
    }
    if (Character.isISOControl(c) || c == 0x2028 || c == 0x2029) {
      return ' ';
    }
    boolean broken = c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE;
    boolean never = (c & 0xFFFE) == 0xFFFE || c >= 0xFDD0 && c <= 0xFDEF;
    return broken || never ? REPLACEMENT : c;
  }

  private static boolean isDirectionMark(int c) {
    return c >= 0x202A && c <= 0x202E || c >= 0x2066 && c <= 0x2069 || c == 0xFEFF;
  }
}

package ai.bharatbuild.sandbox.advice;

/**
 * Characters of the private-use area that stand in expanded words for what plain text cannot say.
 */
final class Marks {
  /** The home directory, as from {@code ~} and {@code $HOME}. */
  static final char HOME = '\uE000';

  /** Text that is only known when the command runs. */
  static final char UNKNOWN = '\uE001';

  private static final String WILD = "*?[{~";
  private static final char QUOTED_WILD = '\uE010';

  private Marks() {}

  /** Hides the characters that quotes make ordinary. */
  static String quoted(String text) {
    StringBuilder marked = new StringBuilder(text);
    for (int i = 0; i < text.length(); i++) {
      int wild = WILD.indexOf(text.charAt(i));
      if (wild >= 0) {
        marked.setCharAt(i, (char) (QUOTED_WILD + wild));
      }
    }
    return marked.toString();
  }

  /** The text as a program would see it; what is unknown stays marked. */
  static String plain(String text) {
    StringBuilder plain = new StringBuilder(text);
    for (int i = 0; i < text.length(); i++) {
      int wild = text.charAt(i) - QUOTED_WILD;
      if (wild >= 0 && wild < WILD.length()) {
        plain.setCharAt(i, WILD.charAt(wild));
      }
    }
    return plain.toString();
  }
}

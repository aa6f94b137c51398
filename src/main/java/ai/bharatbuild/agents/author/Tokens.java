package ai.bharatbuild.agents.author;

/** How much a text takes of a model's window, near enough to choose what to show. */
final class Tokens {
  /** Characters of sources for a token; providers count 3 to 4. */
  private static final int CHARACTERS = 3;

  private Tokens() {}

  static int of(String text) {
    return Math.ceilDiv(text.length(), CHARACTERS);
  }

  /** How many characters that many tokens may have. */
  static int characters(int tokens) {
    return tokens * CHARACTERS;
  }
}

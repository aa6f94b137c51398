package ai.bharatbuild.sandbox.advice;

/** A place in a text. Reads beyond the end give NUL, which commands cannot hold. */
final class Cursor {
  private static final int DEEPEST = 16;

  final String text;
  final int depth;
  int at;

  /**
   * @throws ComplexityException when commands in commands go too deep
   */
  Cursor(String text, int depth) {
    if (depth > DEEPEST) {
      throw new ComplexityException();
    }
    this.text = text;
    this.depth = depth;
  }

  boolean done() {
    return at >= text.length();
  }

  char peek() {
    return peek(0);
  }

  char peek(int ahead) {
    return at + ahead < text.length() ? text.charAt(at + ahead) : 0;
  }

  char next() {
    return done() ? 0 : text.charAt(at++);
  }

  boolean sees(String expected) {
    return text.startsWith(expected, at);
  }

  boolean skip(String expected) {
    boolean found = sees(expected);
    if (found) {
      at += expected.length();
    }
    return found;
  }

  /** Moves behind the next {@code end} (or to the text's end) and gives what was before it. */
  String until(String end) {
    int found = text.indexOf(end, at);
    String before = text.substring(Math.min(at, text.length()), found < 0 ? text.length() : found);
    at = found < 0 ? text.length() : found + end.length();
    return before;
  }

  /** The command holds more commands, or more levels of them, than are looked into. */
  static final class ComplexityException extends RuntimeException {
    ComplexityException() {
      super("too complex", null, false, false);
    }
  }
}

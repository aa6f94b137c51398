package ai.bharatbuild.sandbox.advice;

/** The escapes of {@code $'…'}. */
final class AnsiQuotes {
  private AnsiQuotes() {}

  /** Reads up to and including the closing quote and gives the text. */
  static String read(Cursor in) {
    StringBuilder text = new StringBuilder();
    while (!in.done()) {
      char c = in.next();
      if (c == '\'') {
        break;
      }
      if (c == '\\') {
        escape(in, text);
      } else {
        text.append(c);
      }
    }
    return text.toString();
  }

  private static void escape(Cursor in, StringBuilder text) {
    char c = in.next();
    switch (c) {
      case 'n' -> text.append('\n');
      case 't' -> text.append('\t');
      case 'r' -> text.append('\r');
      case 'a', 'b', 'f', 'v' -> text.append(' ');
      case 'e', 'E' -> text.append('\u001b');
      case 'x' -> number(in, text, 16, 2);
      case 'u' -> number(in, text, 16, 4);
      case 'U' -> number(in, text, 16, 8);
      case '0', '1', '2', '3', '4', '5', '6', '7' -> {
        in.at--;
        number(in, text, 8, 3);
      }
      default -> text.append(c);
    }
  }

  private static void number(Cursor in, StringBuilder text, int radix, int most) {
    int value = 0;
    for (int i = 0; i < most && Character.digit(in.peek(), radix) >= 0; i++) {
      value = value * radix + Character.digit(in.next(), radix);
    }
    if (Character.isValidCodePoint(value)) {
      text.appendCodePoint(value);
    }
  }
}

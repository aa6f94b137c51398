package ai.bharatbuild.agents.documents.content;

import ai.bharatbuild.agents.documents.facts.Texts;

/** Text for diagrams, in which nothing means anything but itself. */
final class DiagramText {
  private DiagramText() {}

  /**
   * The text on one line, quoted. All that PlantUML could read as an instruction, markup or a call
   * of its preprocessor stands as the number of its character.
   */
  static String quoted(String text, int most) {
    return '"' + escaped(text, most) + '"';
  }

  static String escaped(String text, int most) {
    StringBuilder escaped = new StringBuilder();
    int[] points = Texts.line(text, most).codePoints().toArray();
    for (int i = 0; i < points.length; i++) {
      int c = points[i];
      boolean twice = i > 0 && points[i - 1] == c || i + 1 < points.length && points[i + 1] == c;
      boolean plain = c > 0x7F || Character.isLetterOrDigit(c) || c == ' ' || c == '.' || c == ',';
      if (plain || !twice && (c == '/' || c == '-')) {
        escaped.appendCodePoint(c);
      } else {
        escaped.append("<U+%04X>".formatted(c));
      }
    }
    // An angle bracket at the end of a class's name would be a type parameter.
    boolean blank = escaped.isEmpty() || escaped.charAt(escaped.length() - 1) == '>';
    return blank ? escaped.append(' ').toString() : escaped.toString();
  }

  /** The text broken into at most three lines between words. */
  static String wrapped(String text, int width) {
    StringBuilder out = new StringBuilder();
    int lines = 1;
    int column = 0;
    for (String word : Texts.line(text, width * 3).split(" ")) {
      if (column > 0 && column + 1 + word.length() > width && lines < 3) {
        out.append("\\n");
        lines++;
        column = 0;
      } else if (column > 0) {
        out.append(' ');
        column++;
      }
      out.append(escaped(word, width * 2));
      column += word.length();
    }
    return '"' + out.toString() + '"';
  }
}

package ai.bharatbuild.agents.verify;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** What commands print, as text for people and programs. */
final class Output {
  /** Colours, cursor movements, titles of windows, and other escapes of terminals. */
  private static final Pattern ESCAPES =
      Pattern.compile(
          "\\x1b\\[[0-?]*["
              + " -/]*[@-~]|\\x1b\\][^\\x07\\x1b]*+(?:\\x07|\\x1b\\\\)|\\x1b[@-Z\\\\-_=>78]");

  private static final Pattern CONTROLS =
      Pattern.compile("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f]");

  private Output() {}

  /** The lines without escapes; of a line that was written over, what stood there at last. */
  static List<String> lines(String output) {
    List<String> lines = new ArrayList<>();
    for (String line : ESCAPES.matcher(output).replaceAll("").split("\r?\n", -1)) {
      int over = line.lastIndexOf('\r', line.length() - 2);
      String last = line.substring(over + 1);
      lines.add(CONTROLS.matcher(last).replaceAll("").stripTrailing());
    }
    return lines;
  }

  /** The whole of it without escapes. */
  static String plain(String output) {
    return String.join("\n", lines(output)).strip();
  }

  /** The last characters, from the beginning of a line where there is one. */
  static String tail(String text, int most) {
    if (text.length() <= most) {
      return text;
    }
    String end = text.substring(text.length() - most);
    int line = end.indexOf('\n');
    return "…\n" + (line >= 0 && line < most / 2 ? end.substring(line + 1) : end);
  }

  /** The first characters. */
  static String head(String text, int most) {
    return text.length() <= most ? text : text.substring(0, most - 1) + "…";
  }
}

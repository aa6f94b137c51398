package ai.bharatbuild.agents.verify;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Cuts from an output what tells what is wrong. */
final class Excerpt {
  /** In characters. */
  static final int MOST = 6000;

  private static final int BEFORE_LINES = 24;
  private static final int BEFORE = 1800;
  private static final int END = 900;
  private static final int LINE = 500;

  /** Frames of libraries; they fill the room of what is the project's. */
  private static final Pattern NOISE =
      Pattern.compile(
          "^\\s+at .*(?:node_modules|node:internal|\\(internal/|jdk\\.internal|java\\.base/|"
              + "org\\.junit|org\\.apache\\.maven)|^npm (?:error|ERR!)$|^\\[ERROR\\]$|"
              + "^\\s*(?:Rendering|Download(?:ing|ed)|Progress)\\b.*");

  private Excerpt() {}

  /**
   * The first error with what stands around it, and the end.
   *
   * @param first the index of the first error's line
   */
  static String of(List<String> lines, int first) {
    String before = before(lines, first);
    String rest =
        lines.subList(Math.min(first, lines.size()), lines.size()).stream()
            .filter(line -> !NOISE.matcher(line).find())
            .map(line -> Output.head(line, LINE))
            .collect(Collectors.joining("\n"))
            .replaceAll("\n{3,}", "\n\n")
            .strip();
    int room = MOST - before.length() - 1;
    if (rest.length() > room) {
      String end = Output.tail(rest, END);
      rest = rest.substring(0, room - end.length() - 1) + "\n" + end;
    }
    String text = before.isEmpty() ? rest : before + "\n" + rest;
    return text.replace("file:///workspace/", "").replace("/workspace/", "");
  }

  /** Lines before the error that belong to it, up to where something else begins. */
  private static String before(List<String> lines, int first) {
    int from = Math.max(0, first - BEFORE_LINES);
    for (int i = first - 1; i >= from; i--) {
      if (lines.get(i).startsWith("Traceback") || lines.get(i).startsWith("> ")) {
        from = i;
        break;
      }
    }
    String text =
        lines.subList(from, Math.max(from, first)).stream()
            .filter(line -> !NOISE.matcher(line).find())
            .map(line -> Output.head(line, LINE))
            .collect(Collectors.joining("\n"))
            .strip();
    return Output.tail(text, BEFORE);
  }
}

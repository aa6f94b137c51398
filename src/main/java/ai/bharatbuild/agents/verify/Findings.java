package ai.bharatbuild.agents.verify;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The lines of an output that tell of failures.
 *
 * @param lines all lines, without escapes
 * @param first index of the first line of the heaviest clue; where there is none, of what seems to
 *     speak of an error, or else near the end
 * @param clue of that line; null where none is known
 * @param errors all lines with clues, and those that say more of what is on the line before
 */
record Findings(List<String> lines, int first, Clue clue, List<String> errors) {
  private static final int NEAR_END = 40;
  private static final int MOST_LENGTH = 2000;

  /** What npm tells in several lines, and the places that Rust and Vite put below their errors. */
  private static final Pattern DETAIL =
      Pattern.compile(
          "^npm (?:error|ERR!) (?!A complete log|For a full report|/|Fix the|Note )\\S"
              + "|^\\s*--> \\S|^\\s*╭─\\[");

  private static final Pattern NPM_CODE = Pattern.compile("^npm (?:error|ERR!) code (\\w+)$");
  private static final Pattern NPM = Pattern.compile("^npm (?:error|ERR!) (\\S.*)$");
  private static final Pattern SEEMS =
      Pattern.compile("(?i)\\b(?:error|fatal|exception|failed|failure|cannot)\\b");

  static Findings in(List<String> lines) {
    Clue heaviest = null;
    int first = -1;
    List<String> errors = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      Clue clue = clueOn(lines.get(i));
      if (clue != null && (heaviest == null || clue.weight() > heaviest.weight())) {
        heaviest = clue;
        first = i;
      }
      if (clue != null || heaviest != null && DETAIL.matcher(lines.get(i)).find()) {
        errors.add(lines.get(i));
      }
    }
    return new Findings(lines, first >= 0 ? first : seeming(lines), heaviest, errors);
  }

  private static Clue clueOn(String line) {
    String text = Output.head(line, MOST_LENGTH);
    for (Clue clue : Clues.ALL) {
      if (clue.isOn(text)) {
        return clue;
      }
    }
    return null;
  }

  private static int seeming(List<String> lines) {
    for (int i = 0; i < lines.size(); i++) {
      if (SEEMS.matcher(lines.get(i)).find()) {
        return i;
      }
    }
    return Math.max(0, lines.size() - NEAR_END);
  }

  boolean isNothing() {
    return clue == null;
  }

  int weight() {
    return clue == null ? 0 : clue.weight();
  }

  FailureKind kind() {
    return clue.kind();
  }

  String headline() {
    Matcher code = NPM_CODE.matcher(lines.get(first));
    if (code.matches()) {
      for (String line : lines.subList(first + 1, lines.size())) {
        Matcher more = NPM.matcher(line);
        if (more.matches()) {
          return "npm " + code.group(1) + ": " + more.group(1);
        }
      }
    }
    return lines.get(first);
  }

  /** The lines from the first error on, then those shortly before it, the nearest first. */
  List<String> from() {
    // Some tools name the file on a line of its own before its errors.
    boolean named = first > 0 && lines.get(first - 1).matches("\\S+\\.\\w+");
    List<String> from = new ArrayList<>(lines.subList(named ? first - 1 : first, lines.size()));
    for (int i = first - 1; i >= Math.max(0, first - NEAR_END); i--) {
      from.add(lines.get(i));
    }
    return from;
  }

  List<String> last(int most) {
    List<String> told = lines.stream().filter(line -> !line.isBlank()).toList();
    return told.subList(Math.max(0, told.size() - most), told.size());
  }
}

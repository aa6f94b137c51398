package ai.bharatbuild.agents.verify;

import java.util.List;
import java.util.regex.Pattern;

/** Which runners of tests say how many there were, whatever came of them. */
final class Runners {
  private static final Pattern TELLS =
      Pattern.compile(
          "\\b(?:vitest|jest|mocha|pytest|unittest|phpunit|rspec|cargo test|node (?:--\\S+"
              + " )*--test)\\b");

  /** With these they say something else, or nothing. */
  private static final Pattern OTHERWISE =
      Pattern.compile("\\breporters?\\b|--format\\b|--silent\\b|--json\\b|\\s-q{2,}\\b|\\s-f\\s");

  private Runners() {}

  /**
   * Whether the output must have counts.
   *
   * @param line the command
   * @param lines of its output; npm and its like print in it what they run
   */
  static boolean tell(String line, List<String> lines) {
    return tells(line)
        || lines.stream().anyMatch(it -> (it.startsWith("> ") || it.startsWith("$ ")) && tells(it));
  }

  private static boolean tells(String line) {
    return TELLS.matcher(line).find() && !OTHERWISE.matcher(line).find();
  }
}

package ai.bharatbuild.agents.verify;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The runners of JavaScript and TypeScript. */
final class NodeCounts {
  private static final Pattern VITEST =
      Pattern.compile("^\\s*Tests  (no tests|.*(?:passed|failed|skipped|todo).* \\(\\d+\\))$");
  private static final Pattern JEST = Pattern.compile("^Tests: +(.*?),? ?(\\d+) total$");
  private static final Pattern MOCHA = Pattern.compile("^ +(\\d+) (passing|pending|failing)\\b.*$");
  private static final Pattern NODE =
      Pattern.compile("^(?:#|ℹ) (pass|fail|cancelled|skipped|todo) +(\\d+)$");

  private NodeCounts() {}

  static void vitest(List<String> lines, boolean cut, Tally tally) {
    for (String line : lines) {
      Matcher tests = VITEST.matcher(line);
      if (tests.matches()) {
        Summary.of(tests.group(1)).addTo(tally);
      } else if (line.startsWith("No test files found")) {
        tally.add(0, 0, 0);
      }
    }
  }

  static void jest(List<String> lines, boolean cut, Tally tally) {
    for (String line : lines) {
      Matcher tests = JEST.matcher(line);
      if (tests.matches()) {
        Summary.of(tests.group(1)).addTo(tally);
      } else if (line.startsWith("No tests found, exiting with code")) {
        tally.add(0, 0, 0);
      }
    }
  }

  static void mocha(List<String> lines, boolean cut, Tally tally) {
    for (String line : lines) {
      Matcher tests = MOCHA.matcher(line);
      if (tests.matches()) {
        int count = Summary.number(tests.group(1));
        switch (tests.group(2)) {
          case "passing" -> tally.add(count, 0, 0);
          case "failing" -> tally.add(0, count, 0);
          default -> tally.add(0, 0, count);
        }
      }
    }
  }

  static void node(List<String> lines, boolean cut, Tally tally) {
    for (String line : lines) {
      Matcher tests = NODE.matcher(line);
      if (tests.matches()) {
        int count = Summary.number(tests.group(2));
        switch (tests.group(1)) {
          case "pass" -> tally.add(count, 0, 0);
          case "fail", "cancelled" -> tally.add(0, count, 0);
          default -> tally.add(0, 0, count);
        }
      }
    }
  }
}

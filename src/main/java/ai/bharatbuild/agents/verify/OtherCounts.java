package ai.bharatbuild.agents.verify;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The runners of Java, Rust, PHP and Ruby. */
final class OtherCounts {
  /** The sum of a module; the lines of classes have the time that these took, too. */
  private static final Pattern SUREFIRE =
      Pattern.compile(
          "^(?:\\[[A-Z]+\\] )?Tests run: (\\d+), Failures: (\\d+), Errors: (\\d+), Skipped:"
              + " (\\d+)$");

  private static final Pattern CONSOLE =
      Pattern.compile("^\\[ +(\\d+) tests (successful|failed|skipped|aborted) +\\]$");
  private static final Pattern CARGO =
      Pattern.compile("^test result: \\S+ (\\d+) passed; (\\d+) failed; (\\d+) ignored;.*$");
  private static final Pattern PHPUNIT_OK = Pattern.compile("^OK \\((\\d+) tests?, .*$");
  private static final Pattern PHPUNIT =
      Pattern.compile("^Tests: (\\d+), Assertions: \\d+(.*)\\.$");
  private static final Pattern PHPUNIT_PART = Pattern.compile("([A-Z][A-Za-z ]+): (\\d+)");
  private static final Pattern MINITEST =
      Pattern.compile(
          "^(\\d+) (?:runs|tests), \\d+ assertions, (\\d+) failures, (\\d+) errors"
              + "(?:, (\\d+) (?:skips|pendings))?.*$");
  private static final Pattern RSPEC =
      Pattern.compile(
          "^(\\d+) examples?, (\\d+) failures?(?:, (\\d+) pending)?"
              + "(?:, (\\d+) errors? occurred outside of examples)?$");

  private OtherCounts() {}

  static void surefire(List<String> lines, boolean cut, Tally tally) {
    for (String line : lines) {
      Matcher tests = SUREFIRE.matcher(line);
      if (tests.matches()) {
        int failed = number(tests, 2) + number(tests, 3);
        tally.add(number(tests, 1) - failed - number(tests, 4), failed, number(tests, 4));
      } else if (line.endsWith("No tests to run.") || line.endsWith("Tests are skipped.")) {
        tally.add(0, 0, 0);
      }
    }
  }

  static void console(List<String> lines, boolean cut, Tally tally) {
    for (String line : lines) {
      Matcher tests = CONSOLE.matcher(line);
      if (tests.matches()) {
        int count = number(tests, 1);
        switch (tests.group(2)) {
          case "successful" -> tally.add(count, 0, 0);
          case "failed" -> tally.add(0, count, 0);
          default -> tally.add(0, 0, count);
        }
      }
    }
  }

  static void cargo(List<String> lines, boolean cut, Tally tally) {
    for (String line : lines) {
      Matcher tests = CARGO.matcher(line);
      if (tests.matches()) {
        tally.add(number(tests, 1), number(tests, 2), number(tests, 3));
      }
    }
  }

  static void phpunit(List<String> lines, boolean cut, Tally tally) {
    for (String line : lines) {
      Matcher ok = PHPUNIT_OK.matcher(line);
      Matcher tests = PHPUNIT.matcher(line);
      if (ok.matches()) {
        tally.add(number(ok, 1), 0, 0);
      } else if (tests.matches()) {
        phpunit(number(tests, 1), tests.group(2), tally);
      } else if (line.equals("No tests executed!")) {
        tally.add(0, 0, 0);
      }
    }
  }

  private static void phpunit(int ran, String parts, Tally tally) {
    int failed = 0;
    int skipped = 0;
    Matcher part = PHPUNIT_PART.matcher(parts);
    while (part.find()) {
      int count = Summary.number(part.group(2));
      switch (part.group(1)) {
        case "Failures", "Errors" -> failed += count;
        case "Skipped", "Incomplete" -> skipped += count;
        default -> {
          // Warnings and risky tests ran to their end.
        }
      }
    }
    tally.add(ran - failed - skipped, failed, skipped);
  }

  static void minitest(List<String> lines, boolean cut, Tally tally) {
    for (String line : lines) {
      Matcher tests = MINITEST.matcher(line);
      if (tests.matches()) {
        int failed = number(tests, 2) + number(tests, 3);
        tally.add(number(tests, 1) - failed - number(tests, 4), failed, number(tests, 4));
      }
    }
  }

  static void rspec(List<String> lines, boolean cut, Tally tally) {
    for (String line : lines) {
      Matcher tests = RSPEC.matcher(line);
      if (tests.matches()) {
        int pending = number(tests, 3);
        tally.add(
            number(tests, 1) - number(tests, 2) - pending,
            number(tests, 2) + number(tests, 4),
            pending);
      }
    }
  }

  private static int number(Matcher matcher, int group) {
    return Summary.number(matcher.group(group));
  }
}

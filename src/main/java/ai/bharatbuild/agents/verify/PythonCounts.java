package ai.bharatbuild.agents.verify;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The runners of Python. */
final class PythonCounts {
  private static final Pattern PYTEST =
      Pattern.compile(
          "^(?:=+ )?((?:\\d+ [a-z]+(?:, )?)+|no tests ran) in [\\d.:]+s?(?: \\([\\d:]+\\))?(?:"
              + " =+)?$");
  private static final Pattern COLLECTED =
      Pattern.compile("^(?:=+ )?\\d+(?:/\\d+)? tests? collected\\b.* in [\\d.:]+s.*$");
  private static final Pattern RAN = Pattern.compile("^Ran (\\d+) tests? in .*$");
  private static final Pattern VERDICT =
      Pattern.compile("^(?:OK|FAILED|NO TESTS RAN)(?: \\((.*)\\))?$");
  private static final Pattern PART = Pattern.compile("([a-z ]+)=(\\d+)");

  private PythonCounts() {}

  static void pytest(List<String> lines, boolean cut, Tally tally) {
    for (String line : lines) {
      Matcher tests = PYTEST.matcher(line);
      if (tests.matches()) {
        Summary.of(tests.group(1)).addTo(tally);
      } else if (COLLECTED.matcher(line).matches()) {
        tally.add(0, 0, 0);
      }
    }
  }

  static void unittest(List<String> lines, boolean cut, Tally tally) {
    int ran = -1;
    for (String line : lines) {
      Matcher tests = RAN.matcher(line);
      Matcher verdict = VERDICT.matcher(line);
      if (tests.matches()) {
        ran = Summary.number(tests.group(1));
      } else if (ran >= 0 && verdict.matches()) {
        add(ran, verdict.group(1), tally);
        ran = -1;
      }
    }
  }

  private static void add(int ran, String parts, Tally tally) {
    int failed = 0;
    int skipped = 0;
    Matcher part = PART.matcher(parts == null ? "" : parts);
    while (part.find()) {
      int count = Summary.number(part.group(2));
      switch (part.group(1).strip()) {
        case "failures", "errors", "unexpected successes" -> failed += count;
        case "skipped", "expected failures" -> skipped += count;
        default -> {
          // Other parts say nothing of how tests ended.
        }
      }
    }
    tally.add(Math.max(0, ran - failed - skipped), failed, skipped);
  }
}

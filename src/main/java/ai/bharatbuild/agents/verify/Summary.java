package ai.bharatbuild.agents.verify;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A line such as {@code 1 failed, 2 passed, 1 skipped}. */
record Summary(int passed, int failed, int skipped) {
  private static final Pattern PART = Pattern.compile("(\\d+) ([a-z]+)");
  private static final Set<String> PASSED = Set.of("passed", "xpassed");
  private static final Set<String> FAILED =
      Set.of("failed", "error", "errors", "failure", "failures", "cancelled");
  private static final Set<String> SKIPPED =
      Set.of("skipped", "xfailed", "todo", "pending", "ignored");

  /** Words that say nothing of tests, such as {@code warnings}, count for nothing. */
  static Summary of(String text) {
    int passed = 0;
    int failed = 0;
    int skipped = 0;
    Matcher part = PART.matcher(text.toLowerCase(Locale.ROOT));
    while (part.find()) {
      int count = number(part.group(1));
      if (PASSED.contains(part.group(2))) {
        passed += count;
      } else if (FAILED.contains(part.group(2))) {
        failed += count;
      } else if (SKIPPED.contains(part.group(2))) {
        skipped += count;
      }
    }
    return new Summary(passed, failed, skipped);
  }

  /** Whether it names any kind of outcome. */
  static boolean tells(String text) {
    Matcher part = PART.matcher(text.toLowerCase(Locale.ROOT));
    while (part.find()) {
      String word = part.group(2);
      if (PASSED.contains(word) || FAILED.contains(word) || SKIPPED.contains(word)) {
        return true;
      }
    }
    return false;
  }

  /** A count; what no runner prints in earnest is cut to what a sum can hold. */
  static int number(String digits) {
    return digits == null || digits.isEmpty()
        ? 0
        : digits.length() > 7 ? 9_999_999 : Integer.parseInt(digits);
  }

  void addTo(Tally tally) {
    tally.add(passed, failed, skipped);
  }
}

package ai.bharatbuild.agents.verify;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Go's runner. It tells of each test, and counts none; so there are counts only where all was told
 * ({@code -v} or {@code -json}) and nothing of that was cut, or where it says that there are none.
 */
final class GoCounts {
  private static final Pattern RESULT = Pattern.compile("^--- (PASS|FAIL|SKIP): .*$");
  private static final Pattern JSON =
      Pattern.compile(
          "^\\{\"Time\":.*\"Action\":\"(pass|fail|skip)\",.*\"Test\":\"[^\"/]+\".*\\}$");
  private static final Pattern NONE =
      Pattern.compile("^(?:\\?|ok) +\\t?\\S+.*\\[no (?:test files|tests to run)\\]$");
  private static final Pattern SOME = Pattern.compile("^(?:ok  \\t|FAIL\\t|--- FAIL).*$");

  private GoCounts() {}

  static void count(List<String> lines, boolean cut, Tally tally) {
    boolean all = false;
    boolean none = false;
    boolean some = false;
    Tally own = new Tally();
    for (String line : lines) {
      Matcher json = JSON.matcher(line);
      Matcher result = RESULT.matcher(line);
      if (json.matches()) {
        all = true;
        add(json.group(1), own);
      } else if (result.matches()) {
        add(result.group(1).toLowerCase(java.util.Locale.ROOT), own);
      } else if (line.startsWith("=== RUN ")) {
        all = true;
      } else if (NONE.matcher(line).matches()) {
        none = true;
      }
      some |= SOME.matcher(line).matches() && !NONE.matcher(line).matches();
    }
    if (all && !cut && own.counts() != null) {
      tally.add(own.counts().passed(), own.counts().failed(), own.counts().skipped());
    } else if (none && !some && !all) {
      tally.add(0, 0, 0);
    }
  }

  private static void add(String result, Tally tally) {
    switch (result) {
      case "pass" -> tally.add(1, 0, 0);
      case "fail" -> tally.add(0, 1, 0);
      default -> tally.add(0, 0, 1);
    }
  }
}

package ai.bharatbuild.agents.verify;

import java.util.List;
import java.util.regex.Pattern;

/**
 * Takes from outputs what tools print differently each time: how long something took, in which
 * process, at which address. A recorded run then asks its model the same questions when it is
 * played back. Only what tools print of themselves is taken: durations and times that a test speaks
 * of may be the very thing that is wrong.
 */
public final class Steady {
  private static final String TIME = "\\d+(?:[.,]\\d+)? ?(?:ms|µs|us|ns|s|m|min|seconds?)\\b";

  private record Rule(Pattern what, String with) {}

  private static final List<Rule> RULES =
      List.of(
          // Summaries: "1 failed in 0.03s", "Ran 3 tests in 0.001s", "added 5 packages in 2s".
          rule(
              "(?m)^(.*\\b(?:passed|failed|skipped|deselected|xfailed|xpassed|warnings?|errors?"
                  + "|collected|ran|tests?|packages?|up to date.*|built|compiled.*|(?i:finished).*)"
                  + " in )"
                  + TIME,
              "$1<duration>"),
          rule("(?m)(\\(files took )" + TIME, "$1<duration>"),
          // Single tests: "--- FAIL: TestX (0.00s)", "✔ adds (0.5ms)", "✓ a.test.js (3 tests) 5ms".
          rule("\\(\\d+(?:\\.\\d+s| ?ms|\\.\\d+ ?ms)\\)", "(<duration>)"),
          rule("(?m)^(\\s*[✓✔✗✖×❯√↓] .*?) +" + TIME + "$", "$1 <duration>"),
          rule("(?m)^((?:ok|FAIL)\\s.*\\t)\\d+\\.\\d+s", "$1<duration>"),
          rule("\\bduration_ms:? [\\d.]+", "duration_ms <duration>"),
          rule("(Time elapsed: )[\\d.,]+ s", "$1<duration>"),
          // Lines that tell of nothing else.
          rule("(?m)^((?:\\[INFO\\] )?(?:Total time|Finished at): +).*$", "$1<time>"),
          rule("(?m)^(\\s*(?:Duration|Start at)  |Time: +\\d).*$", "$1<time>"),
          rule(
              "(?m)^(\\W?)\\d{4}-\\d\\d-\\d\\d[T ]\\d\\d:\\d\\d:\\d\\d[\\w.,:+-]*(?=\\]?"
                  + " +[\\[(]?(?:INFO|ERROR|WARN|DEBUG|TRACE|FATAL)\\b)",
              "$1<time>"),
          rule("(/_logs/)\\S+", "$1<log>"),
          rule(
              "(/tmp/)(?:pytest-of-\\w+/pytest-\\d+|go-build\\d+|[\\w.-]*\\d{3,}[\\w.-]*|tmp\\w{8}\\b)",
              "$1<tmp>"),
          rule("\\.timestamp-[\\w-]+", ".timestamp-<tmp>"),
          rule("\\b0x[0-9a-f]{9,16}\\b", "<address>"),
          rule("([\\w$]\\.[\\w$./]+@)[0-9a-f]{5,8}\\b", "$1<address>"),
          rule("\\(node:\\d+\\)", "(node:<pid>)"),
          rule("\\b((?i:pid)[ =:]+)\\d+", "$1<pid>"),
          rule("\\bgoroutine \\d+", "goroutine <n>"));

  private Steady() {}

  private static Rule rule(String what, String with) {
    return new Rule(Pattern.compile(what), with);
  }

  public static String text(String output) {
    String text = output;
    for (Rule rule : RULES) {
      text = rule.what().matcher(text).replaceAll(rule.with());
    }
    return text;
  }
}

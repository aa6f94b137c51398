package ai.bharatbuild.agents.verify;

import ai.bharatbuild.agents.verify.Evidence.Step;
import ai.bharatbuild.agents.verify.Evidence.TestCounts;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What is known of a project and its sandbox before it is verified.
 *
 * @param clean whether nothing but verifications ran in the sandbox since one began with the
 *     project's files alone; where not, the next one begins so
 * @param tests how many tests ran before, at least; fewer prove nothing now
 */
public record Known(boolean clean, int tests) {
  public static final Known NOTHING = new Known(false, 0);

  /** What runners count beside the test that it belongs to, which then may have passed, too. */
  private static final Pattern BESIDE =
      Pattern.compile(
          "(?m)\\b(\\d+) errors?(?= in [\\d.]+s)|\"(?:before|after) (?:each|all)\" hook");

  /** How many tests ran, passed or not, as evidence tells at least; 0 where it does not. */
  public static int tests(Evidence evidence) {
    return evidence == null
        ? 0
        : evidence.steps().stream()
            .filter(step -> step.name().equals("test") && step.tests() != null)
            .mapToInt(Known::tests)
            .sum();
  }

  private static int tests(Step step) {
    TestCounts counts = step.tests();
    int beside = 0;
    Matcher matcher = BESIDE.matcher(step.output());
    while (matcher.find()) {
      beside += matcher.group(1) == null ? 1 : Summary.number(matcher.group(1));
    }
    return counts.passed() + Math.max(0, counts.failed() - beside);
  }
}

package ai.bharatbuild.gate;

import ai.bharatbuild.gate.Case.Outcome;
import ai.bharatbuild.gate.Finding.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The table on standard output, a line as soon as its case is over. Thread-safe. */
final class Report {
  private static final String ROW = "%-34s %-10s %-7s %-34s %-9s %-9s %6s%n";
  private static final int NANOS_PER_MILLI = 1_000_000;
  private final Map<Case, Long> begun = new ConcurrentHashMap<>();
  private final List<String> failures = new ArrayList<>();
  private int run;

  Report() {
    System.out.printf(ROW, "case", "kind", "runtime", "defence", "contained", "control", "ms");
  }

  void begin(Case one) {
    begun.put(one, System.nanoTime());
  }

  synchronized void add(Case one, Outcome outcome) {
    run++;
    long ms = (System.nanoTime() - begun.get(one)) / NANOS_PER_MILLI;
    System.out.printf(
        ROW,
        one.name(),
        one.kind(),
        one.runtime(),
        one.defence(),
        word(outcome.attack(), Verdict.HELD, "ESCAPED"),
        word(outcome.control(), Verdict.BREACHED, "NO"),
        ms);
    if (!outcome.passed()) {
      failures.add(
          "%s (%s)%n  attack:  %s: %s%n  control: %s: %s"
              .formatted(
                  one.name(),
                  one.runtime(),
                  outcome.attack().verdict(),
                  outcome.attack().detail(),
                  outcome.control().verdict(),
                  outcome.control().detail()));
    }
  }

  private static String word(Finding finding, Verdict wanted, String opposite) {
    if (finding.is(wanted)) {
      return "yes";
    }
    return finding.is(Verdict.BROKEN) ? "BROKEN" : opposite;
  }

  void finish(long nanos) {
    failures.forEach(System.out::println);
    System.out.printf("%d cases, %d failed, %.1f s%n", run, failures.size(), nanos / 1e9);
  }

  boolean passed() {
    return run > 0 && failures.isEmpty();
  }
}

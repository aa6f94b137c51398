package ai.bharatbuild.agents.verify;

import ai.bharatbuild.agents.plan.Plan;
import ai.bharatbuild.agents.verify.Evidence.ProbeResult;
import ai.bharatbuild.agents.verify.Evidence.Step;
import ai.bharatbuild.agents.verify.Evidence.TestCounts;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/**
 * The text of {@code VERIFICATION.md}: what was checked and seen, and what was not checked. The
 * same evidence always gives the same text. It is for the outside of the sources: a project's tree
 * does not change by being verified.
 *
 * <p>The tree's hash is that of the list that {@code sha256sum} prints of all of the project's
 * files, sorted by the bytes of their paths; without this report, {@code plan.json}, and the
 * directories that are kept out of ZIPs. A file of more than a few megabytes stands there as {@code
 * size:} with its number of bytes.
 */
public final class VerificationReport {
  private static final int MOST_OUTPUT = 1500;

  private final StringBuilder text = new StringBuilder();

  private VerificationReport() {}

  /**
   * @param diagnosis what is wrong; null where it is verified
   */
  public static String markdown(Evidence evidence, Plan plan, Diagnosis diagnosis) {
    VerificationReport report = new VerificationReport();
    report.head(evidence, plan, diagnosis);
    report.steps(evidence, plan);
    report.probe(evidence, plan);
    report.unchecked(evidence, plan);
    report.tree(evidence);
    report.outputs(evidence);
    return report.text.toString();
  }

  private void head(Evidence evidence, Plan plan, Diagnosis diagnosis) {
    line("# Verification of " + inline(plan.name()));
    line("");
    if (evidence.verified()) {
      line("**Verified**: every planned step succeeded." + uncounted(evidence));
    } else {
      line("**Not verified.**" + (diagnosis == null ? "" : " " + inline(diagnosis.headline())));
    }
    line("");
    line("| what | |");
    line("|---|---|");
    line("| when | " + evidence.at().truncatedTo(ChronoUnit.SECONDS) + " |");
    line("| sandbox | " + cell(plan.stack()) + " |");
    line("| image | " + (evidence.image() == null ? "not told" : code(evidence.image())) + " |");
    line(
        "| tree (SHA-256) | "
            + (evidence.tree() == null ? "not read" : code(evidence.tree()))
            + " |");
    if (diagnosis != null) {
      line("| failed at | " + cell(diagnosis.step()) + " |");
      line("| kind | " + diagnosis.kind().name().toLowerCase(java.util.Locale.ROOT) + " |");
    }
    line("");
  }

  private static String uncounted(Evidence evidence) {
    return evidence.steps().stream()
            .anyMatch(step -> step.name().equals("test") && step.tests() == null)
        ? " How many tests ran is not known."
        : "";
  }

  private void steps(Evidence evidence, Plan plan) {
    line("## Commands");
    line("");
    line("| step | command | result | tests | time |");
    line("|---|---|---|---|---|");
    for (String[] planned : planned(plan)) {
      Step step =
          evidence.steps().stream()
              .filter(s -> s.name().equals(planned[0]))
              .findFirst()
              .orElse(null);
      String result = step == null ? "not run" : result(step);
      String tests = step == null ? "" : tests(step.tests(), step.name());
      String time = step == null || step.cause().equals("unchanged") ? "" : seconds(step.millis());
      line(
          "| "
              + planned[0]
              + " | "
              + code(planned[1])
              + " | "
              + result
              + " | "
              + tests
              + " | "
              + time
              + " |");
    }
    line("");
  }

  private static List<String[]> planned(Plan plan) {
    Plan.Commands commands = plan.commands();
    List<String[]> planned = new ArrayList<>();
    add(planned, "install", commands.install());
    add(planned, "build", commands.build());
    add(planned, "test", commands.test());
    add(planned, "run", commands.run());
    return planned;
  }

  private static void add(List<String[]> planned, String name, String line) {
    if (line != null) {
      planned.add(new String[] {name, line});
    }
  }

  private static String result(Step step) {
    String how =
        switch (step.cause()) {
          case "serving" -> "served until it was stopped";
          case "unchanged" ->
              "not repeated: it succeeded in this sandbox, and what it reads has not changed";
          case "exited" -> "exit code " + step.exitCode();
          default -> "ended by " + cell(step.cause());
        };
    return (step.ok() ? "✓ " : "✗ ") + how;
  }

  private static String tests(TestCounts tests, String step) {
    if (tests == null) {
      return step.equals("test") ? "not counted" : "";
    }
    return tests.passed()
        + " passed, "
        + tests.failed()
        + " failed, "
        + tests.skipped()
        + " skipped";
  }

  private void probe(Evidence evidence, Plan plan) {
    if (plan.probe() == null) {
      return;
    }
    line("## Answer");
    line("");
    String asked =
        code("GET " + plan.probe().path()) + " on port " + plan.probe().port() + " in the sandbox";
    ProbeResult probe = evidence.probe();
    if (probe == null) {
      line(asked + " was not asked for.");
    } else if (probe.status() == null) {
      line(asked + " was not answered.");
    } else {
      String type = probe.contentType() == null ? "" : " (" + code(probe.contentType()) + ")";
      line(
          asked
              + ": "
              + probe.status()
              + type
              + ", planned "
              + probe.expected()
              + ", after "
              + seconds(probe.millis())
              + ".");
    }
    line("");
  }

  private void unchecked(Evidence evidence, Plan plan) {
    line("## Not checked");
    line("");
    Step tests =
        evidence.steps().stream().filter(s -> s.name().equals("test")).findFirst().orElse(null);
    if (plan.commands().build() == null) {
      line("- There is no command to build.");
    }
    if (plan.probe() == null) {
      line("- Nothing was run as a service: the plan names none.");
    } else {
      line("- One path was asked for. Others, looks, speed, and security were not looked at.");
    }
    if (tests == null) {
      line("- The tests were not run.");
    } else if (tests.tests() == null) {
      line("- How many tests ran: their runner does not tell. Its exit code was looked at.");
    } else if (tests.tests().skipped() > 0) {
      line("- " + tests.tests().skipped() + " tests were skipped.");
    }
    line("- Whether the tests test what was asked for.");
    line("");
  }

  private void tree(Evidence evidence) {
    if (evidence.written().isEmpty()) {
      return;
    }
    line("## Files made or changed by the commands");
    line("");
    evidence.written().forEach(path -> line("- " + code(path)));
    if (evidence.written().size() >= Evidence.MOST_WRITTEN) {
      line("- and perhaps more");
    }
    line("");
  }

  private void outputs(Evidence evidence) {
    line("## Ends of outputs");
    line("");
    for (Step step : evidence.steps()) {
      String output = Output.tail(Output.plain(step.output()), MOST_OUTPUT);
      line("### " + step.name());
      line("");
      line(output.isBlank() ? "Nothing was printed." : fenced(output));
      line("");
    }
  }

  /** In a fence longer than any run of backticks in it, so that nothing ends it early. */
  static String fenced(String output) {
    String fence = "`".repeat(Math.max(3, longestRun(output) + 1));
    return fence + "text\n" + output + "\n" + fence;
  }

  /** As code, in a cell of a table or elsewhere. */
  static String code(String value) {
    String text = oneLine(value).replace("|", "\\|");
    String fence = "`".repeat(longestRun(text) + 1);
    boolean pad = text.startsWith("`") || text.endsWith("`") || text.isBlank();
    return pad ? fence + " " + text + " " + fence : fence + text + fence;
  }

  private static int longestRun(String text) {
    int longest = 0;
    int run = 0;
    for (int i = 0; i < text.length(); i++) {
      run = text.charAt(i) == '`' ? run + 1 : 0;
      longest = Math.max(longest, run);
    }
    return longest;
  }

  /** As plain text: nothing in it is taken for markup. */
  private static String inline(String value) {
    return oneLine(value).replaceAll("([\\\\`*_{}\\[\\]<>#|~!])", "\\\\$1");
  }

  private static String cell(String value) {
    return inline(value);
  }

  private static String oneLine(String value) {
    return value.replaceAll("[\\p{Cntrl}\\u2028\\u2029]+", " ").strip();
  }

  private static String seconds(long millis) {
    return String.format(java.util.Locale.ROOT, "%.1f s", millis / 1000.0);
  }

  private void line(String line) {
    text.append(line).append('\n');
  }
}

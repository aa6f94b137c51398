package ai.bharatbuild.agents.verify;

import ai.bharatbuild.agents.verify.Diagnosis.Place;
import ai.bharatbuild.agents.verify.Evidence.ProbeResult;
import ai.bharatbuild.agents.verify.Evidence.Step;
import ai.bharatbuild.agents.verify.Evidence.TestCounts;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/**
 * Finds from what was seen what is wrong, without a model: first by how a command ended, then by
 * the lines of its output that tools are known to print. Pure.
 */
public final class Diagnoses {
  private static final int HEADLINE = 240;
  private static final int LAST_LINES = 12;

  private Diagnoses() {}

  /** What evidence says; less than what the verification itself saw, since outputs are cut. */
  public static Diagnosis of(Evidence evidence) {
    if (evidence.verified()) {
      throw new IllegalArgumentException("nothing is wrong");
    }
    Step failed = evidence.steps().stream().filter(step -> !step.ok()).findFirst().orElse(null);
    if (failed == null) {
      return notPossible("The verification did not come to its end.");
    }
    boolean serves = failed.cause().equals("serving");
    String name = serves ? "probe" : failed.name();
    return of(new Failure(name, failed, failed.output(), evidence.probe(), Set.of()));
  }

  static Diagnosis of(Failure failure) {
    Findings findings = Findings.in(Output.lines(failure.output()));
    String end = Endings.of(failure.step(), failure.seen());
    if (end != null) {
      FailureKind kind = Endings.kind(failure.step(), failure.seen(), failure.output());
      return found(failure, kind, end, findings, List.of(end));
    }
    if (failure.step().equals("probe") && findings.weight() < Clue.ERROR) {
      return noAnswer(failure, findings);
    }
    if (findings.isNothing()) {
      return unknown(failure, findings);
    }
    String headline = relative(findings.headline());
    TestCounts tests = failure.seen().tests();
    if (findings.kind() == FailureKind.TEST && tests != null) {
      headline = counted(tests) + (tests.failed() == 0 ? "" : ": " + headline);
    }
    return found(failure, findings.kind(), headline, findings, findings.errors());
  }

  private static Diagnosis found(
      Failure failure,
      FailureKind kind,
      String headline,
      Findings findings,
      Collection<String> errors) {
    List<Place> places = Places.in(findings.from(), failure.files());
    return new Diagnosis(
        kind,
        failure.step(),
        Signature.of(failure.step(), kind, errors),
        Output.head(headline, HEADLINE),
        Excerpt.of(findings.lines(), findings.first()),
        places);
  }

  /** It runs, but does not answer as planned. */
  private static Diagnosis noAnswer(Failure failure, Findings findings) {
    ProbeResult probe = failure.probe();
    String asked = "port " + probe.port() + " for " + probe.path();
    String headline =
        probe.status() == null
            ? "It runs, but nothing answers on " + asked
            : "It answers " + probe.status() + ", not " + probe.expected() + ", on " + asked;
    // An answer of 500 is a defect of what runs, not of where it listens.
    FailureKind kind =
        probe.status() != null && probe.status() >= 500 ? FailureKind.RUNTIME : FailureKind.PORT;
    return found(failure, kind, headline, findings, List.of(headline));
  }

  private static Diagnosis unknown(Failure failure, Findings findings) {
    Step seen = failure.seen();
    FailureKind kind =
        switch (failure.step()) {
          case "install" -> FailureKind.DEPENDENCY;
          case "test" -> FailureKind.TEST;
          default -> FailureKind.RUNTIME;
        };
    String headline = "The command to " + seen.name() + " ended with " + seen.exitCode();
    if (seen.tests() != null && kind == FailureKind.TEST) {
      headline = counted(seen.tests());
    } else if (failure.step().equals("run")) {
      headline = "What is to serve ended by itself, with exit code " + seen.exitCode();
    }
    List<String> last = findings.last(LAST_LINES);
    List<String> told = new ArrayList<>(last);
    told.add(headline);
    String end = last.isEmpty() ? "" : ": " + relative(last.getLast().strip());
    return found(failure, kind, headline + end, findings, told);
  }

  private static String counted(TestCounts tests) {
    if (tests.failed() > 0) {
      int all = tests.passed() + tests.failed();
      return tests.failed() + " of " + all + (all == 1 ? " test failed" : " tests failed");
    }
    return tests.passed() > 0
        ? "The command failed though " + tests.passed() + " tests passed"
        : tests.skipped() > 0
            ? "No test ran; " + tests.skipped() + " were skipped"
            : "No test ran: there must be at least one";
  }

  private static String relative(String text) {
    return text.strip().replace("file:///workspace/", "").replace("/workspace/", "");
  }

  /**
   * Tests that passed, but prove nothing.
   *
   * @param why a sentence without its end
   */
  static Diagnosis doubted(String why, String output) {
    Diagnosis plain = plain(FailureKind.TEST, "test", why);
    String end = Output.tail(Output.plain(output), Excerpt.MOST / 2);
    return new Diagnosis(
        plain.kind(), plain.step(), plain.signature(), why, why + "\n" + end, List.of());
  }

  /** Something answers where the project is to answer, before it was started. */
  static Diagnosis portTaken(int port) {
    String headline =
        "Port "
            + port
            + " is in use in the sandbox before the project is started; stop what runs there";
    return plain(FailureKind.ENVIRONMENT, "run", headline);
  }

  /** Sources changed while they were verified, again and again. */
  static Diagnosis disturbed(Collection<String> paths) {
    String headline =
        "Sources were changed while they were verified, twice: "
            + String.join(", ", paths.stream().limit(5).toList());
    return plain(FailureKind.ENVIRONMENT, "tree", headline);
  }

  /** The server could not verify. */
  static Diagnosis notPossible(String reason) {
    return plain(FailureKind.INFRASTRUCTURE, "sandbox", reason);
  }

  private static Diagnosis plain(FailureKind kind, String step, String headline) {
    String signature = Signature.of(step, kind, List.of(headline));
    return new Diagnosis(
        kind, step, signature, Output.head(headline, HEADLINE), headline, List.of());
  }
}

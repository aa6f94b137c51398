package ai.bharatbuild.agents.documents;

import ai.bharatbuild.agents.documents.facts.Verification;
import ai.bharatbuild.agents.documents.facts.Verification.Command;
import ai.bharatbuild.agents.documents.facts.Verification.Probe;
import ai.bharatbuild.agents.verify.Evidence;
import ai.bharatbuild.agents.verify.Evidence.ProbeResult;
import ai.bharatbuild.agents.verify.Evidence.Step;
import ai.bharatbuild.agents.verify.Evidence.TestCounts;
import java.util.List;

/** Makes facts of evidence. */
public final class Verifications {
  private Verifications() {}

  /** The command that serves is told by its answer, not by how it ended. */
  public static Verification of(Evidence evidence) {
    List<Command> commands =
        evidence.steps().stream()
            .filter(step -> !step.name().equals("run"))
            .map(Verifications::command)
            .toList();
    ProbeResult probe = evidence.probe();
    return new Verification(
        commands,
        probe == null
            ? null
            : new Probe(probe.port(), probe.path(), probe.expected(), probe.status()),
        evidence.image(),
        evidence.verified(),
        evidence.tree(),
        evidence.at());
  }

  private static Command command(Step step) {
    TestCounts tests = step.tests();
    return new Command(
        step.name(),
        step.line(),
        step.exitCode(),
        step.millis() / 1000.0,
        tests == null ? null : tests.passed(),
        tests == null ? null : tests.failed());
  }
}

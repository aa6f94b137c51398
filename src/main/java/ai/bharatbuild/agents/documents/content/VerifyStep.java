package ai.bharatbuild.agents.documents.content;

import ai.bharatbuild.agents.documents.facts.Facts;
import ai.bharatbuild.agents.documents.facts.Verification;
import ai.bharatbuild.agents.documents.facts.Verification.Command;
import ai.bharatbuild.agents.plan.Plan;
import java.util.ArrayList;
import java.util.List;

/**
 * A step of a verification that was made, or of the one that is planned.
 *
 * @param asks the command, or the request
 */
record VerifyStep(boolean probe, String asks, String answer) {
  static List<VerifyStep> of(Facts facts) {
    return facts.verification() != null
        ? made(facts.verification())
        : facts.plan() == null ? List.of() : planned(facts.plan());
  }

  private static List<VerifyStep> made(Verification seen) {
    List<VerifyStep> steps = new ArrayList<>();
    seen.commands().stream()
        .limit(12)
        .forEach(command -> steps.add(new VerifyStep(false, command.line(), outcome(command))));
    if (seen.probe() != null) {
      Verification.Probe probe = seen.probe();
      steps.add(
          new VerifyStep(
              true,
              "GET %s on port %d".formatted(probe.path(), probe.port()),
              probe.answered() == null ? "no answer" : "status " + probe.answered()));
    }
    return steps;
  }

  private static List<VerifyStep> planned(Plan plan) {
    List<VerifyStep> steps = new ArrayList<>();
    Plan.Commands commands = plan.commands();
    for (String line : new String[] {commands.install(), commands.build(), commands.test()}) {
      if (line != null) {
        steps.add(new VerifyStep(false, line, "exit code 0 is expected"));
      }
    }
    if (plan.probe() != null) {
      steps.add(
          new VerifyStep(
              true,
              "GET %s on port %d".formatted(plan.probe().path(), plan.probe().port()),
              "status %d is expected".formatted(plan.probe().status())));
    }
    return steps;
  }

  static String outcome(Command command) {
    if (command.exitCode() == null) {
      return "did not end";
    }
    String tests =
        command.passed() == null
            ? ""
            : ", %d passed, %d failed"
                .formatted(command.passed(), command.failed() == null ? 0 : command.failed());
    return "exit code " + command.exitCode() + tests;
  }
}
